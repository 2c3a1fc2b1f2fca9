//! The template of one kind of message: a head that is written for each message,
//! and a tail that all of them share.

use std::ops::Range;
use std::sync::Arc;

use super::layout::{INDEX_DIGITS, Layout, write_to};
use super::row_headers::RowHeaders;
use super::sizes::SizeDraw;
use super::stuffing::{END, stuff};
use super::text::Text;
use super::{
    Attachment, Content, Eml, Form, Identity, Message, Recipients, Sizes, TooSmall, added_size,
    attachments, date, filler,
};

/// Up to this size the tail is copied behind the head, so that a message is sent
/// in one write. About one TLS record (RFC 8446 section 5.1: at most 2^14 bytes).
const ONE_PIECE: usize = 16 * 1_024;

/// A kind of message. Cheap to clone: large parts are shared.
#[derive(Clone, Debug)]
pub(super) struct VariantTemplate {
    headers: Arc<[u8]>,
    index_at: [usize; 2],
    date_at: usize,
    rows: RowHeaders,
    opening: Arc<[u8]>,
    body: Body,
    /// The minimum size of such a message.
    smallest: u64,
}

#[derive(Clone, Debug)]
enum Body {
    /// As much text as the size needs, then `closing` bytes that are the same for
    /// all.
    Made {
        sizes: SizeDraw,
        added: u64,
        text: Text,
        closing: usize,
    },
    /// The same bytes for all.
    Whole(Arc<[u8]>),
}

impl VariantTemplate {
    pub(super) fn new(
        message: &Message,
        content: &Content,
        seed: u64,
        identity: &Identity,
    ) -> Result<Self, TooSmall> {
        let layout = Layout::new(message, content, identity);
        let (body, smallest) = match &content.form {
            Form::Made { size, attachments } => (
                made(&layout, size, attachments, seed)?,
                size.least() + added_size(attachments),
            ),
            Form::Eml { eml } => (whole(eml), (layout.shortest_head() + eml.body.len()) as u64),
        };
        Ok(Self {
            headers: layout.headers.into(),
            index_at: layout.index_at,
            date_at: layout.date_at,
            rows: layout.rows,
            opening: layout.opening.into(),
            body,
            smallest,
        })
    }

    /// The minimum size of a message, as the server counts it (RFC 1870 section 3).
    pub(super) const fn smallest(&self) -> u64 {
        self.smallest
    }

    /// Appends the head of message `index`, with that date in seconds since the
    /// Unix epoch, to `out`; returns its tail.
    pub(super) fn write(
        &self,
        index: u64,
        date: i64,
        recipients: &Recipients,
        out: &mut Vec<u8>,
    ) -> (&Arc<[u8]>, Range<usize>) {
        let start = out.len();
        out.extend_from_slice(&self.headers);
        for at in self.index_at {
            write_index(index, &mut out[start + at..][..INDEX_DIGITS]);
        }
        date::write(date, &mut out[start + self.date_at..][..date::LENGTH]);
        out.extend_from_slice(self.rows.of(recipients.first_row(index)));
        write_to(recipients.of(index), out);
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.opening);
        let (tail, at, size) = match &self.body {
            Body::Whole(tail) => (tail, 0, out.len() - start + tail.len()),
            Body::Made {
                sizes,
                added,
                text,
                closing,
            } => {
                let size = (sizes.of(index) + added) as usize;
                let room = size - (out.len() - start) - closing;
                let (at, length) = text.suffix(room);
                filler::pad(room - length, out);
                (text.bytes(), at, size)
            }
        };
        if size > ONE_PIECE {
            return (tail, at..tail.len());
        }
        out.extend_from_slice(&tail[at..]);
        (tail, 0..0)
    }
}

fn made(
    layout: &Layout,
    sizes: &Sizes,
    attachments: &[Attachment],
    seed: u64,
) -> Result<Body, TooSmall> {
    let (size, least) = (sizes.least(), layout.least());
    if size < least {
        return Err(TooSmall { size, least });
    }
    let added = added_size(attachments);
    let closing = match attachments.is_empty() {
        true => Vec::new(),
        false => attachments::closing(attachments, seed),
    };
    let most = (sizes.most() + added) as usize;
    let text = most - layout.shortest_head() - closing.len();
    Ok(Body::Made {
        sizes: SizeDraw::new(sizes, seed),
        added,
        text: Text::new(text, seed, &closing),
        closing: closing.len(),
    })
}

fn whole(eml: &Eml) -> Body {
    let mut body = stuff(&eml.body);
    body.extend_from_slice(END);
    Body::Whole(body.into())
}

fn write_index(mut index: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (index % 10) as u8;
        index /= 10;
    }
}
