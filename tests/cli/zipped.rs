//! Zips, as browser test tools write them.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// A zip as yazl writes it: each part deflated, its check sum and sizes behind it.
pub fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    let put = |to: &mut Vec<u8>, numbers: &[(u32, usize)]| {
        for (number, bytes) in numbers {
            to.extend(&number.to_le_bytes()[..*bytes]);
        }
    };
    let small = |length: usize| u32::try_from(length).expect("small");
    for (name, content) in parts {
        let (mut deflate, mut sum) = (DeflateEncoder::new(Vec::new(), Compression::default()), flate2::Crc::new());
        deflate.write_all(content.as_bytes()).expect("packed");
        sum.update(content.as_bytes());
        let packed = deflate.finish().expect("packed");
        let (at, sizes) = (small(file.len()), [(sum.sum(), 4), (small(packed.len()), 4), (small(content.len()), 4)]);
        // A version of 2.0; bits 3 (sizes behind) and 11 (names in UTF-8); method 8; no time.
        let head = [(20, 2), (0x808, 2), (8, 2), (0, 2), (0x21, 2)];
        put(&mut file, &[(0x0403_4b50, 4)]);
        put(&mut file, &head);
        put(&mut file, &[(0, 4), (0, 4), (0, 4), (small(name.len()), 2), (0, 2)]);
        file.extend(name.as_bytes());
        file.extend(&packed);
        put(&mut file, &[(0x0807_4b50, 4)]);
        put(&mut file, &sizes);
        put(&mut directory, &[(0x0201_4b50, 4), (63, 2)]);
        put(&mut directory, &head);
        put(&mut directory, &sizes);
        put(&mut directory, &[(small(name.len()), 2), (0, 2), (0, 2), (0, 2), (0, 2), (0, 4), (at, 4)]);
        directory.extend(name.as_bytes());
    }
    let (at, count) = (small(file.len()), small(parts.len()));
    file.extend(&directory);
    put(
        &mut file,
        &[(0x0605_4b50, 4), (0, 2), (0, 2), (count, 2), (count, 2), (small(directory.len()), 4), (at, 4), (0, 2)],
    );
    file
}
