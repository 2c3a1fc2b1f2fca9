//! Several questions asked at once.

/// The p-values adjusted so that the probability of any false alarm among them stays at
/// the level (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979).
pub(crate) fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![0.0; p.len()];
    let mut largest: f64 = 0.0;
    for (before, at) in order.into_iter().enumerate() {
        let left = (p.len() - before) as f64;
        largest = largest.max(left * p[at]).min(1.0);
        adjusted[at] = largest;
    }
    adjusted
}
