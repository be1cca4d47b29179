use proptest::prelude::*;

use super::*;
use crate::key::is_plain_part;

const TEXT: &[u8] = b"hello there\n";

/// The name with its random characters shown as `#`; padding is random too.
fn shape(original: &str, head: &[u8]) -> String {
    let name = stored_name(original, head);
    let (stem, extension) =
        name.split_once('.').map_or((name.as_str(), None), |(stem, rest)| (stem, Some(rest)));
    let (base, random) = stem.rsplit_once('_').unwrap();
    assert!(
        random.len() == 10
            && random.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
        "{name}"
    );
    extension.map_or(format!("{base}_#"), |extension| format!("{base}_#.{extension}"))
}

#[test]
fn names_have_the_shape_that_the_reference_server_gives() {
    for (original, expected) in [
        ("Hello World-ÄÖ.PNG", "hello_world_#.PNG"),
        ("abc.txt", "abc_#.txt"),
        ("noext", "noext_#.txt"),
        ("../../etc/passwd", "passwd_#.txt"),
        ("abc.tar.gz", "abc_#.tar.gz"),
        ("foo.bar.baz.txt", "foo_bar_#.baz.txt"),
        ("foo.tAr.GZ", "foo_#.tAr.GZ"),
        ("straße Ångström café.txt", "stra_e_ngstr_m_caf_#.txt"),
        ("camelCaseName.txt", "camel_case_name_#.txt"),
        ("HTTPServerName.txt", "httpserver_name_#.txt"),
        ("file123Name456.txt", "file123_name456_#.txt"),
        ("foo9BAR.txt", "foo9_bar_#.txt"),
        ("a b  c---d__e.txt", "a_b_c_d_e_#.txt"),
        ("_lead_trail_.txt", "lead_trail_#.txt"),
        ("aB.txt", "a_b_#.txt"),
        ("trail..", "trail_#.txt"),
        ("sp ace.t xt", "sp_ace_#.txt"),
        ("q'uote(1)[2]{3}&$%#@!+=~`^,;.txt", "q_uote_1_2_3_#.txt"),
        ("C:\\dir\\win.txt", "c_dir_win_#.txt"),
        ("CON.txt", "con_#.txt"),
        ("abc.longextensionname12345", "abc_#.ngextensionname12345"),
        ("foo.averyveryverylongpart.txt", "foo_#.veryverylongpart.txt"),
        ("foo.aaaaaaaaaa.bbbbbbbbbb", "foo_#.aaaaaaaaa.bbbbbbbbbb"),
        ("%2e%2e%2fx.txt", "2e_2e_2fx_#.txt"),
        ("foo.ä.txt", "foo_#.txt"),
        ("foo.-.txt", "foo_#.-.txt"),
        ("foo.päg", "foo_#.pg"),
        ("abc.mp3.", "abc_#.mp3"),
        ("report 2.5 final.pdf", "report_2_#.5final.pdf"),
    ] {
        assert_eq!(shape(original, TEXT), expected, "{original}");
    }
}

#[test]
fn bases_under_three_characters_are_padded_at_random() {
    for (original, kept) in [
        ("a.txt", "a"),
        ("ab.txt", "ab"),
        ("日本語.txt", ""),
        ("..", ""),
        ("", ""),
        (".hidden.txt", ""),
    ] {
        let shape = shape(original, TEXT);
        let (base, _) = shape.split_once('_').unwrap();
        assert!(base.starts_with(kept) && base.len() == kept.len() + 10, "{original}: {shape}");
    }
}

#[test]
fn a_missing_extension_is_sniffed() {
    for (head, expected) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "noext_#.png"),
        (b"", "noext_#.txt"),
        (b"\0\x01\x02\x03zz", "noext_#"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "noext_#.svg"),
        (b"   <!DOCTYPE html><p>", "noext_#.html"),
        (b"<?xml version='1.0'?><a/>", "noext_#.xml"),
        (b"{\"a\":1}", "noext_#.json"),
        (b"{broken", "noext_#.txt"),
        (b"%PDF-1.4\n", "noext_#.pdf"),
        (b"#!/bin/sh\necho", "noext_#.sh"),
    ] {
        assert_eq!(shape("noext", head), expected, "{head:?}");
    }
}

#[test]
fn long_names_are_cut() {
    let name = shape(&format!("{}.txt", "x".repeat(300)), TEXT);
    assert_eq!(name, format!("{}_#.txt", "x".repeat(100)));
}

proptest! {
    #[test]
    fn every_name_is_a_plain_part_of_a_key(
        original in "\\PC{0,60}|[a-zA-Z.]{0,60}|.{0,40}", head in prop::collection::vec(any::<u8>(), 0..40)
    ) {
        let name = stored_name(&original, &head);
        prop_assert!(is_plain_part(&name), "{name}");
        prop_assert!(name.len() <= 140);
    }
}
