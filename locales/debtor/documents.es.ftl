
### Las mismas cartas en PDF
