//! Everything that can stand in a pipeline.
use otp::gen_stage::PartitionDispatcher;
use otp::prelude::*;

#[derive(PartitionKey)]
struct Word {
    #[partition_key]
    text: String,
    count: u64,
}

#[gen_stage(producer, name = "reader")]
struct Reader;

#[gen_stage]
impl Reader {
    #[init]
    fn init(_path: String, _limit: usize) -> Self {
        Self
    }

    #[demand]
    fn demand(&mut self, _: usize) -> Vec<String> {
        Vec::new()
    }
}

#[gen_stage(producer_consumer)]
struct Parser<T: Send + 'static>(T);

#[gen_stage]
impl<T: Send + 'static> Parser<T> {
    #[init]
    fn init(it: T) -> Self {
        Self(it)
    }

    #[dispatcher]
    fn dispatcher(&self) -> PartitionDispatcher<Word> {
        PartitionDispatcher::by_key(3)
    }

    #[events]
    fn parse(&mut self, lines: Vec<String>) -> Vec<Word> {
        lines.into_iter().map(|text| Word { text, count: 1 }).collect()
    }
}

#[gen_stage(consumer)]
struct Counter(u64);

#[gen_stage]
impl Counter {
    #[init]
    fn init(_number: usize, _of: usize) -> Self {
        Self(0)
    }

    #[events]
    fn count(&mut self, words: Vec<Word>) {
        self.0 += words.iter().map(|word| word.count).sum::<u64>();
    }
}

#[derive(Debug)]
struct Every(#[allow(dead_code)] u64);

struct Outside;

#[gen_stage(consumer)]
struct Listener;

#[gen_stage]
impl Listener {
    #[init]
    fn init() -> Self {
        let _ = Outside;
        Self
    }

    #[events]
    fn events(&mut self, _: Vec<String>) {}
}

const DEMAND: usize = 10;

mod counts {
    pub const COUNTERS: usize = 3;
}

fn main() {
    let path = String::from("here");
    let tree: SupervisorSpec = pipeline! {
        max_restarts: 5, max_seconds: 10, auto_shutdown: any_significant;
        reader: Reader(path.clone(), 1_000) { restart: transient, significant: true, shutdown: 100, name: "r" },
        parsers: Parser::<u8>(0) * (1 + 1) <- reader { max_demand: DEMAND, min_demand: 5, with: Every(1), with: 7_u8 },
        others: Parser<u8>(0) <- reader { cancel: temporary },
        counters: |k| Counter(k, counts::COUNTERS) * counts::COUNTERS
            <- parsers { partition: k, max_demand: 1_000, cancel: transient }
            <- others { partition: k },
        #[cfg(any())]
        listener: Missing <- reader,
        #[cfg(all())]
        listener: Listener <- reader <- (ReaderRef::named("another")) { cancel: temporary },
    };
    let _ = supervision_tree! { tree.child_spec("words"), pipeline! {}.child_spec("nothing") };
}
