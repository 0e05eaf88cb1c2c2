//! Integrals, by adaptive Gauss–Kronrod quadrature (15 points; R. Piessens et al., QUADPACK, 1983).

/// Places and weights of the 15-point rule on [−1, 1], from the outside to the middle; every second one is of the
/// 7-point rule, whose weight stands third.
const RULE: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_22, 0.0),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_55, 0.129_484_966_168_869_7),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_2, 0.0),
    (0.741_531_185_599_394_4, 0.140_653_259_715_525_9, 0.279_705_391_489_276_7),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (0.405_845_151_377_397_2, 0.190_350_578_064_785_4, 0.381_830_050_505_118_9),
    (0.207_784_955_007_898_5, 0.204_432_940_075_298_9, 0.0),
    (0.0, 0.209_482_141_084_727_8, 0.417_959_183_673_469_4),
];

/// The error that is good enough, relative to the whole.
const TOLERANCE: f64 = 1e-13;
/// No piece is halved more often.
const DEPTH_MAX: u32 = 60;

/// The integral of a function that is never negative over pieces whose ends are given in order.
pub(super) fn integral(ends: &[f64], f: &impl Fn(f64) -> f64) -> f64 {
    let pieces: Vec<(f64, f64)> =
        ends.windows(2).filter_map(|ends| Some((*ends.first()?, *ends.last()?))).filter(|(a, b)| b > a).collect();
    let rough: f64 = pieces.iter().map(|(a, b)| kronrod(*a, *b, f).0).sum();
    pieces.iter().map(|(a, b)| refine(*a, *b, rough, DEPTH_MAX, f)).sum()
}

fn refine(a: f64, b: f64, whole: f64, depth: u32, f: &impl Fn(f64) -> f64) -> f64 {
    let (value, error) = kronrod(a, b, f);
    let middle = a + (b - a) / 2.0;
    // The rule itself is far better than the difference of the two.
    let good = error <= TOLERANCE.max(f64::EPSILON) * whole.max(value) || error <= 1e-12 * value;
    if good || depth == 0 || middle <= a || middle >= b {
        return value;
    }
    refine(a, middle, whole, depth - 1, f) + refine(middle, b, whole, depth - 1, f)
}

/// The 15-point value, and how far the 7-point value is from it.
fn kronrod(a: f64, b: f64, f: &impl Fn(f64) -> f64) -> (f64, f64) {
    let (middle, half) = (a + (b - a) / 2.0, (b - a) / 2.0);
    let (mut fine, mut coarse) = (0.0, 0.0);
    for (place, weight, weight_of_seven) in RULE {
        let value = if place == 0.0 { f(middle) } else { f(middle - half * place) + f(middle + half * place) };
        fine += weight * value;
        coarse += weight_of_seven * value;
    }
    (fine * half, ((fine - coarse) * half).abs())
}
