//! A set of findings: one bit for each place in the columns.

/// A set of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// None of so many.
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)] }
    }

    /// Those whose value passes the test.
    pub fn of<T: Copy>(column: &[T], test: impl Fn(T) -> bool) -> Self {
        let word = |chunk: &[T]| {
            chunk.iter().enumerate().fold(0, |word, (at, value)| word | u64::from(test(*value)) << at)
        };
        Self { words: column.chunks(64).map(word).collect() }
    }

    pub fn insert(&mut self, at: usize) {
        self.words[at / 64] |= 1 << (at % 64);
    }

    pub fn remove(&mut self, at: usize) {
        self.words[at / 64] &= !(1 << (at % 64));
    }

    /// Room for so many.
    pub fn grow(&mut self, len: usize) {
        self.words.resize(len.div_ceil(64), 0);
    }

    pub fn has(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    pub fn and_not(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
    }

    pub fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// Every place, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| Places { word: *word, base: at * 64 })
    }

    /// Calls for every place, in order: quicker than [`Bits::iter`] where all are wanted.
    pub fn each(&self, mut call: impl FnMut(usize)) {
        for (at, word) in self.words.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                call(at * 64 + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }
}

/// The places in one word.
struct Places {
    word: u64,
    base: usize,
}

impl Iterator for Places {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        let at = self.word.trailing_zeros() as usize;
        (self.word != 0).then(|| {
            self.word &= self.word - 1;
            self.base + at
        })
    }
}

impl DoubleEndedIterator for Places {
    fn next_back(&mut self) -> Option<usize> {
        let at = 63_usize.wrapping_sub(self.word.leading_zeros() as usize);
        (self.word != 0).then(|| {
            self.word &= !(1 << at);
            self.base + at
        })
    }
}
