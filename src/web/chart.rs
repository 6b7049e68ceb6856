//! Charts as SVG, drawn on the server: pictures of figures that stand in a table beside them.
//!
//! A picture is asked for in the colours and the width of the page it goes into, by parameters of its address, because a page
//! without inline styles can neither recolour nor reflow it.

use std::fmt::Display;

use plotters::backend::SVGBackend;
use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{IntoSegmentedCoord, SegmentValue};
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, RGBColor, TRANSPARENT, TextStyle};

use crate::web::error::AppError;

/// The colours of the page around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The room on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// A telephone.
    Narrow,
    /// Anything else.
    Wide,
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// The room.
    pub width: Width,
}

struct Palette {
    ink: RGBColor,
    line: RGBColor,
    main: RGBColor,
    other: RGBColor,
}

impl Look {
    /// Each colour has 3:1 against the page's surface, text 4.5:1.
    const fn palette(self) -> Palette {
        match self.theme {
            Theme::Light => Palette {
                ink: RGBColor(0x4c, 0x5a, 0x66),
                line: RGBColor(0xdb, 0xe2, 0xe7),
                main: RGBColor(0x1d, 0x5d, 0x79),
                other: RGBColor(0xb4, 0x5f, 0x06),
            },
            Theme::Dark => Palette {
                ink: RGBColor(0xa9, 0xb7, 0xc2),
                line: RGBColor(0x2d, 0x38, 0x43),
                main: RGBColor(0x8f, 0xcb, 0xe4),
                other: RGBColor(0xef, 0xc4, 0x86),
            },
        }
    }

    /// The width of a picture along a period.
    const fn pixels(self) -> u32 {
        match self.width {
            Width::Narrow => 320,
            Width::Wide => 720,
        }
    }

    /// The width of a picture in one of several columns.
    const fn column_pixels(self) -> u32 {
        match self.width {
            Width::Narrow => 320,
            Width::Wide => 420,
        }
    }

    /// What the names of a scale take at the side.
    const fn scale_pixels(self) -> u32 {
        match self.width {
            Width::Narrow => 60,
            Width::Wide => 80,
        }
    }
}

/// One part of a period: what went up and what went down.
pub struct Bar {
    /// Its name beneath it.
    pub name: String,
    /// Drawn upwards from zero.
    pub up: i64,
    /// Drawn downwards from zero.
    pub down: i64,
}

/// Bars along a period.
pub struct Bars<'a> {
    /// What it is, for who cannot see it.
    pub title: &'a str,
    /// What goes up.
    pub up: &'a str,
    /// What goes down.
    pub down: &'a str,
    /// The parts, in order.
    pub bars: Vec<Bar>,
    /// A value in words, at the scale.
    pub scale: fn(i64) -> String,
}

/// One of several counts.
pub struct Rank {
    /// What is counted.
    pub name: String,
    /// How many.
    pub count: i64,
    /// The count in words.
    pub shown: String,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The library's text is smaller than its number by a quarter.
const TEXT: i32 = 17;
const HEIGHT: u32 = 300;
const LEGEND: u32 = 30;
/// A rank's name, its bar, and the way to the next.
const ROW: u32 = 44;

/// How high a picture along a period is.
pub const fn bars_height() -> u32 {
    HEIGHT
}

/// How high a picture of so many counts is.
pub fn ranks_height(ranks: usize) -> u32 {
    u32::try_from(ranks).unwrap_or(0).max(1) * ROW + 8
}

impl Bars<'_> {
    /// The picture.
    ///
    /// # Errors
    /// When the library fails.
    pub fn draw(&self, look: Look) -> Result<String, AppError> {
        paint(self.title, (look.pixels(), HEIGHT), |area| {
            let (head, body) = area.split_vertically(LEGEND);
            self.draw_legend(&head, look)?;
            self.draw_bars(&body, look)
        })
    }

    fn draw_legend(&self, head: &Area<'_>, look: Look) -> Result<(), AppError> {
        let palette = look.palette();
        let width = i32::try_from(look.pixels()).unwrap_or(i32::MAX);
        for (place, (name, color)) in [(self.up, palette.main), (self.down, palette.other)].into_iter().enumerate() {
            let x = 8 + i32::try_from(place).unwrap_or(0) * (width / 2).min(240);
            // Round, so that only bars are rectangles.
            let dot = plotters::element::Circle::new((x + 6, 15), 6, color.filled());
            head.draw(&dot).map_err(AppError::internal)?;
            head.draw(&Text::new(name, (x + 20, 15), text(palette.ink, HPos::Left))).map_err(AppError::internal)?;
        }
        Ok(())
    }

    /// How many names have room beneath the bars.
    fn names(&self, look: Look) -> usize {
        let longest = self.bars.iter().map(|bar| bar.name.chars().count()).max().unwrap_or(0);
        let room = usize::try_from(look.pixels() - look.scale_pixels()).unwrap_or(0);
        (room / (longest * 9 + 14)).max(2)
    }

    fn draw_bars(&self, body: &Area<'_>, look: Look) -> Result<(), AppError> {
        let palette = look.palette();
        let last = i32::try_from(self.bars.len()).unwrap_or(i32::MAX).saturating_sub(1).max(0);
        // A little air, so that the highest bar does not touch the edge; without any bar, a scale of one all the same.
        let reach = |values: &mut dyn Iterator<Item = i64>| values.fold(0, i64::max);
        let top = reach(&mut self.bars.iter().flat_map(|bar| [bar.up, -bar.down]));
        let bottom = reach(&mut self.bars.iter().flat_map(|bar| [bar.down, -bar.up]));
        let (top, bottom) = if top + bottom == 0 { (100, 0) } else { (top + top / 16, bottom + bottom / 16) };
        let mut chart = ChartBuilder::on(body)
            .margin_right(12)
            .margin_top(8)
            .x_label_area_size(30)
            .y_label_area_size(look.scale_pixels())
            .build_cartesian_2d((0..last).into_segmented(), -bottom..top)
            .map_err(AppError::internal)?;
        let name = |place: &SegmentValue<i32>| match place {
            SegmentValue::CenterOf(place) => usize::try_from(*place)
                .ok()
                .and_then(|place| self.bars.get(place))
                .map_or("", |bar| &bar.name)
                .to_owned(),
            SegmentValue::Exact(_) | SegmentValue::Last => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(palette.line)
            .axis_style(palette.line)
            .label_style((FontFamily::SansSerif, TEXT, &palette.ink))
            .x_labels(self.names(look))
            .y_labels(5)
            .x_label_formatter(&name)
            .y_label_formatter(&|value| (self.scale)(*value))
            .draw()
            .map_err(AppError::internal)?;
        let gap = if self.bars.len() > 60 { 0 } else { 2 };
        let bars = (0..).zip(&self.bars).flat_map(|(place, bar)| {
            [(bar.up, palette.main), (-bar.down, palette.other)].into_iter().filter(|(to, _)| *to != 0).map(
                move |(to, color)| {
                    let corners = [(SegmentValue::Exact(place), 0), (SegmentValue::Exact(place + 1), to)];
                    let mut drawn = Rectangle::new(corners, color.filled());
                    drawn.set_margin(0, 0, gap, gap);
                    drawn
                },
            )
        });
        chart.draw_series(bars).map_err(AppError::internal)?;
        Ok(())
    }
}

/// Counts beneath each other, each as a bar under its name.
///
/// # Errors
/// When the library fails.
pub fn ranks(title: &str, ranks: &[Rank], look: Look) -> Result<String, AppError> {
    let palette = look.palette();
    let right = i32::try_from(look.column_pixels()).unwrap_or(i32::MAX) - 8;
    let most = ranks.iter().map(|rank| rank.count).fold(0, i64::max);
    paint(title, (look.column_pixels(), ranks_height(ranks.len())), |area| {
        for (top, rank) in (0..).step_by(ROW as usize).zip(ranks) {
            let middle = top + 14;
            area.draw(&Text::new(rank.name.as_str(), (8, middle), text(palette.ink, HPos::Left)))
                .map_err(AppError::internal)?;
            area.draw(&Text::new(rank.shown.as_str(), (right, middle), text(palette.ink, HPos::Right)))
                .map_err(AppError::internal)?;
            if rank.count > 0 {
                // One that is there is seen, however small beside the others.
                let share = i128::from(right - 8) * i128::from(rank.count) / i128::from(most);
                let length = i32::try_from(share).unwrap_or(0).max(2);
                let bar = Rectangle::new([(8, top + 26), (8 + length, top + 38)], palette.main.filled());
                area.draw(&bar).map_err(AppError::internal)?;
            }
        }
        Ok(())
    })
}

fn text(color: RGBColor, side: HPos) -> TextStyle<'static> {
    let plain = TextStyle::from((FontFamily::SansSerif, TEXT)).pos(Pos::new(side, VPos::Center));
    TextStyle { color: color.to_backend_color(), ..plain }
}

/// Draws, and gives the picture its name for who opens it by itself.
fn paint(
    title: &str,
    size: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Result<(), AppError>,
) -> Result<String, AppError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&area)?;
        area.present().map_err(AppError::internal)?;
    }
    let name = format!(" role=\"img\">\n<title>{}</title>\n", escaped(title));
    Ok(svg.replacen(">\n", &name, 1))
}

fn escaped(text: impl Display) -> String {
    text.to_string().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOKS: [Look; 4] = [
        Look { theme: Theme::Light, width: Width::Wide },
        Look { theme: Theme::Light, width: Width::Narrow },
        Look { theme: Theme::Dark, width: Width::Wide },
        Look { theme: Theme::Dark, width: Width::Narrow },
    ];

    fn bars(values: &[(i64, i64)]) -> Bars<'static> {
        let bar = |(place, (up, down)): (usize, &(i64, i64))| Bar { name: format!("<{place}>"), up: *up, down: *down };
        Bars {
            title: "Money & <more>",
            up: "Arrived",
            down: "Went \"back\"",
            bars: values.iter().enumerate().map(bar).collect(),
            scale: |value| format!("${value}"),
        }
    }

    #[test]
    fn every_value_that_is_not_zero_is_a_bar() {
        for look in LOOKS {
            for (values, wanted) in [
                (vec![], 0),
                (vec![(0, 0)], 0),
                (vec![(5, 0)], 1),
                (vec![(5, 3), (0, 0), (0, 9_999_999_999), (700, 0)], 4),
                (vec![(0, -4), (-2, 0)], 2),
                (vec![(1, 1); 400], 800),
            ] {
                let svg = bars(&values).draw(look).unwrap();
                assert_eq!(svg.matches("<rect").count(), wanted, "{values:?} {svg}");
            }
        }
    }

    #[test]
    fn counts_are_bars_in_proportion() {
        let rank = |count: i64| Rank { name: format!("{count} & more"), count, shown: count.to_string() };
        let svg = ranks("Funnel", &[rank(1000), rank(500), rank(1), rank(0)], LOOKS[1]).unwrap();
        let widths: Vec<&str> = svg
            .lines()
            .filter(|line| line.starts_with("<rect"))
            .filter_map(|line| line.split("width=\"").nth(1))
            .collect();
        let widths: Vec<i32> = widths.iter().map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
        assert_eq!(widths, [304, 152, 2]);
        assert!(svg.contains("1 &amp; more") && !svg.contains("& more"));
        assert!(ranks("Nothing", &[], LOOKS[0]).unwrap().contains("<title>Nothing</title>"));
    }

    #[test]
    fn names_are_text_and_nothing_is_styled_inline() {
        let svg = bars(&[(3, 1), (4, 2)]).draw(LOOKS[0]).unwrap();
        assert!(svg.contains("<title>Money &amp; &lt;more&gt;</title>") && svg.contains("&lt;1&gt;"), "{svg}");
        assert!(!svg.contains("style=") && !svg.contains("<style") && !svg.contains("href"), "{svg}");
        assert!(svg.contains("font-family=\"sans-serif\"") && svg.contains("role=\"img\""), "{svg}");
    }
}
