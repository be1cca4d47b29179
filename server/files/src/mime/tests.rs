use proptest::prelude::*;

use super::*;
use crate::disposition::Disposition;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const HTML: &[u8] = b"<html><script>1</script></html>";

fn list(types: &[&str]) -> Vec<String> {
    types.iter().map(|mime| (*mime).to_owned()).collect()
}

#[test]
fn content_decides_and_the_name_does_not_override_it() {
    for (head, name, expected) in [
        (PNG, "x.html", "image/png"),
        (HTML, "x.png", "text/html"),
        (HTML, "x.png.", "text/html"),
        (HTML, "x.html.png", "text/html"),
        (b"hello", "x.png", "text/plain"),
        (b"hello", "x.svg", "text/plain"),
        (b"hello", "x.html", "text/plain"),
        (b"\0\x01\x02", "x.png", UNKNOWN),
        (b"\0\x01\x02", "x.html", UNKNOWN),
        (b"BMW is a brand", "x.bmp", "text/plain"),
        (b"PK\x03\x04aaaa", "x.html", "application/zip"),
        (b"", "x.pdf", "text/plain"),
    ] {
        assert_eq!(detect(head, name), expected, "{name}");
    }
}

#[test]
fn the_name_tells_kinds_of_text_and_of_archives_apart() {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for (head, name, expected) in [
        (&b"var a = 1;"[..], "x.js", "text/javascript"),
        (b"body{color:red}", "x.CSS", "text/css"),
        (b"a,b\n1,2\n", "x.csv", "text/csv"),
        (b"# hi", "x.md", "text/markdown"),
        (b"hi", "noext", "text/plain"),
        (b"PK\x03\x04aaaa", "x.docx", word),
        (b"PK\x03\x04aaaa", "x.zip", "application/zip"),
    ] {
        assert_eq!(detect(head, name), expected, "{name}");
    }
}

#[test]
fn common_formats_are_known_by_their_first_bytes() {
    for (head, expected) in [
        (&b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"[..], "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\x01\0\x01\0", "image/x-icon"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"ID3\x03\0\0", "audio/mpeg"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
        (b"%PDF-1.4\n", "application/pdf"),
        (b"\x1f\x8b\x08\0\0", "application/gzip"),
    ] {
        assert_eq!(detect(head, "noext"), expected);
    }
}

#[test]
fn kinds_of_markup_and_data_are_told_apart() {
    for (head, expected) in [
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("\u{feff}<?xml version='1.0'?>\n<!-- made by x -->\n<SVG>", "image/svg+xml"),
        ("<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'><svg>", "image/svg+xml"),
        ("<?xml version='1.0'?><a/>", "text/xml"),
        ("<!-- x --><a>", "text/html"),
        ("\n <!doctype HTML>", "text/html"),
        ("<ScRiPt src=x>", "text/html"),
        ("<svgx>", "text/plain"),
        ("<3", "text/plain"),
        ("{}", "application/json"),
        ("[1, 2]", "application/json"),
        ("{\"a\":1}\n{\"b\":2}\n", "application/x-ndjson"),
        ("{\"a\":", "text/plain"),
        ("[see below]", "text/plain"),
        ("#!/usr/bin/env -S python3 -u", "text/x-python"),
        ("#!/usr/bin/env node", "text/javascript"),
    ] {
        assert_eq!(detect(head.as_bytes(), "noext"), expected, "{head}");
    }
}

#[test]
fn json_longer_than_the_head_is_still_json() {
    let long = format!("[\"{}\"]", "x".repeat(HEAD_BYTES));
    assert_eq!(detect(&long.as_bytes()[..HEAD_BYTES], "noext"), "application/json");
}

#[test]
fn a_field_takes_the_types_it_lists() {
    assert!(accepts(&[], "anything/at-all"));
    assert!(accepts(&list(&["image/png", "image/JPG"]), "image/jpeg"));
    assert!(accepts(&list(&["audio/x-wav"]), "audio/wav"));
    assert!(accepts(&list(&["image/*"]), "image/webp"));
    assert!(accepts(&list(&["text/plain"]), "text/markdown; charset=utf-8"));
    assert!(!accepts(&list(&["text/plain"]), "text/html"));
    assert!(!accepts(&list(&["image/png"]), "image/svg+xml"));
    assert!(!accepts(&list(&["*"]), "image/png"));
}

proptest! {
    #[test]
    fn no_name_makes_text_a_thing_that_is_shown(text in "[ -~\n]{0,60}", extension in "[a-z0-9]{1,5}") {
        prop_assume!(!text.starts_with("GIF8") && !text.starts_with("%PDF"));
        let detected = detect(text.as_bytes(), &format!("x.{extension}"));
        prop_assert_eq!(Disposition::of(&detected), Disposition::Attachment, "{}", detected);
    }
}
