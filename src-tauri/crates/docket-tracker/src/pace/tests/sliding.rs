//! An allowance that returns part by part.

use super::*;

/// A service that counts units over five minutes, and tells what is left as whole units once
/// four fifths are used.
#[derive(Default)]
struct Sliding {
    used: Vec<(Timestamp, f64)>,
    most: f64,
}

impl Sliding {
    const ALL: f64 = 200.0;

    fn takes(&mut self, units: f64, at: Timestamp) -> Option<Told> {
        self.used.push((at, units));
        let within = self.used.iter().filter(|(used, _)| at.millis_since(*used) < 300_000);
        let sum: f64 = within.map(|(_, units)| units).sum();
        self.most = self.most.max(sum);
        let left = (Self::ALL - sum).max(0.0) as i64;
        (sum >= 0.8 * Self::ALL).then(|| Told { limit: 200, left, renewed: at.plus_millis(301_000) })
    }
}

// covers: X10
#[tokio::test]
async fn an_allowance_that_slides_is_used_but_for_a_reserve_and_never_overdrawn() {
    let azure = Allowances {
        spacing_ms: 0,
        issues: Most::default(),
        beside: Most::default(),
        points_per_minute: 1_200,
        write_points: 1,
        readers: 3,
        slides_ms: 300_000,
        ..GITHUB
    };
    // 800 units by itself: four windows, of which the last lasts as long as its requests.
    for (others, least) in [(false, 19.0), (true, 20.0)] {
        let time = Arc::new(VirtualTime::at(1_000_000));
        let mut ports = ports(&time);
        ports.errand = Errand::new(Urgency::Bulk);
        let pacer = ports.pacers.of("h", azure);
        let mut service = Sliding::default();
        let begun = ports.clock.now();
        for at in 0..8_000 {
            let weight = if at % 100 == 0 { Weight::Read } else { ISSUE };
            let turn = pacer.turn(weight, &ports).await.unwrap();
            ports.sleeper.sleep(Duration::from_millis(60)).await;
            let now = ports.clock.now();
            if others && at % 50 == 0 {
                service.takes(1.0, now);
            }
            // Half of what this file supposes, and reads a tenth of a write.
            let told = service.takes(if weight.is_write() { 0.1 } else { 0.01 }, now);
            ports.sleeper.sleep(Duration::from_millis(60)).await;
            if let Some(told) = told {
                pacer.tell(told);
            }
            turn.answered(ports.clock.now());
        }
        assert!(service.most < Sliding::ALL, "never overdrawn: {} units at once", service.most);
        assert!(service.most > 0.95 * Sliding::ALL, "but used: {} units at once", service.most);
        let minutes = ports.clock.now().millis_since(begun) as f64 / 60_000.0;
        assert!((least..least * 1.3).contains(&minutes), "{minutes} min, and {least} are needed");
        assert!(others || minutes < least * 1.08, "{minutes} min, and {least} are needed");
    }
}

#[tokio::test]
async fn people_use_the_reserve_of_an_allowance_that_slides() {
    for (urgency, waits) in [(Urgency::Bulk, true), (Urgency::Person, false)] {
        let time = Arc::new(VirtualTime::at(0));
        let mut ports = ports(&time);
        ports.errand = Errand::new(urgency);
        let sliding = Allowances { slides_ms: 300_000, points_per_minute: 10_000, spacing_ms: 0, ..GITHUB };
        let pacer = ports.pacers.of("h", sliding);
        for _ in 0..100 {
            drop(pacer.turn(CHANGE, &ports).await.unwrap());
        }
        ports.sleeper.sleep(Duration::from_secs(10)).await;
        pacer.tell(Told { limit: 200, left: 4, renewed: Timestamp(310_000) });
        drop(pacer.turn(CHANGE, &ports).await.unwrap());
        let waited = ports.clock.now().0 > 10_000;
        assert_eq!(waited, waits, "{urgency:?}");
        assert!(!waits || ports.clock.now().0 == 300_300, "until the first has returned, and a grace");
    }
}
