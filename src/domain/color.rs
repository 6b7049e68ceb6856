//! The company's colour, made readable on light and dark pages (WCAG 2.2, 1.4.3 and 1.4.11).

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Rgb> {
        let hex = text.trim().strip_prefix('#').filter(|h| h.len() == 6 && h.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let value = u32::from_str_radix(hex, 16).ok()?;
        let [_, r, g, b] = value.to_be_bytes();
        Some(Rgb(r, g, b))
    }

    /// `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance, as WCAG defines it.
    fn luminance(self) -> f64 {
        let channel = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }

    /// Contrast ratio, 1 to 21.
    pub fn contrast(self, other: Rgb) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour, made darker or lighter until it stands out from `ground` by `ratio`.
    pub fn readable_on(self, ground: Rgb, ratio: f64) -> Rgb {
        let target = if ground.luminance() > 0.18 { 0.0 } else { 1.0 };
        let from = self.lightness();
        (0..=64)
            .map(|step| self.with_lightness(from + (target - from) * f64::from(step) / 64.0))
            .find(|color| color.contrast(ground) >= ratio)
            .unwrap_or_else(|| self.with_lightness(target))
    }

    /// Lightness as in HSL, 0 to 1.
    fn lightness(self) -> f64 {
        let (least, most) = (self.0.min(self.1).min(self.2), self.0.max(self.1).max(self.2));
        (f64::from(least) + f64::from(most)) / 510.0
    }

    /// This colour with another lightness. Hue and saturation stay (mixing with white would turn a deep colour grey).
    fn with_lightness(self, lightness: f64) -> Rgb {
        let from = self.lightness();
        let room = |lightness: f64| 1.0 - (2.0 * lightness - 1.0).abs();
        let spread = if room(from) > 0.0 { room(lightness) / room(from) } else { 0.0 };
        let channel = |c: u8| ((lightness + (f64::from(c) / 255.0 - from) * spread) * 255.0).round() as u8;
        Rgb(channel(self.0), channel(self.1), channel(self.2))
    }

    /// Black or white, whichever reads better on this colour.
    pub fn ink(self) -> Rgb {
        let (black, white) = (Rgb(0x11, 0x11, 0x11), Rgb(255, 255, 255));
        if self.contrast(white) >= self.contrast(black) { white } else { black }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_six_hex_digits_are_a_colour() {
        assert_eq!(Rgb::parse("#1f5f8b"), Some(Rgb(0x1f, 0x5f, 0x8b)));
        for text in ["1f5f8b", "#1f5f8", "#1f5f8g", "#+f5f8b", "red", ""] {
            assert_eq!(Rgb::parse(text), None);
        }
    }

    #[test]
    fn a_colour_that_reads_already_stays_and_another_keeps_its_hue() {
        let deep = Rgb(0x1d, 0x5d, 0x79);
        assert_eq!(deep.readable_on(Rgb(255, 255, 255), 4.6), deep);
        let Rgb(red, green, blue) = deep.readable_on(Rgb(0x18, 0x20, 0x28), 7.0);
        assert!(red < green && green < blue && blue - red > 60);
    }

    proptest! {
        #[test]
        fn any_colour_becomes_readable(r: u8, g: u8, b: u8) {
            let (light, dark) = (Rgb(255, 255, 255), Rgb(0x12, 0x16, 0x1c));
            for ground in [light, dark] {
                let color = Rgb(r, g, b).readable_on(ground, 4.6);
                prop_assert!(color.contrast(ground) >= 4.6);
                prop_assert!(color.contrast(color.ink()) >= 4.5);
            }
        }
    }
}
