//! The component's heap.
//!
//! It is the one of the standard library, with one difference: it begins with memory that the component has from the
//! start. Most commands need no more than that, and asking for more costs a host as much as much of the command does: it
//! changes the protection of pages, which all processors have to hear of. With the library's heap as it is, each call of
//! `mattermost-get-team` has one `mprotect` more, of some microseconds in fifty.

use dlmalloc::{Allocator, Dlmalloc};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, UnsafeCell};
use std::ptr::null_mut;

/// What the heap begins with, in bytes.
const FIRST: usize = 256 * 1024;
/// A page of a linear memory, in bytes.
const PAGE: usize = 64 * 1024;

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages)));

struct Heap(UnsafeCell<Dlmalloc<Pages>>);

// SAFETY: a component has one thread.
unsafe impl Sync for Heap {}

// SAFETY: dlmalloc keeps the contract; nobody else reaches the cell, and none of its functions calls another.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { (*self.0.get()).free(pointer, layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).calloc(layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).realloc(pointer, layout.size(), layout.align(), size) }
    }
}

/// Where the heap's pages come from.
struct Pages;

#[repr(C, align(16))]
struct First(UnsafeCell<[u8; FIRST]>, Cell<bool>);

// SAFETY: a component has one thread.
unsafe impl Sync for First {}

static THE_FIRST: First = First(UnsafeCell::new([0; FIRST]), Cell::new(false));

// SAFETY: what is given out is memory that nobody else has: the first once, and then new pages.
unsafe impl Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        if size <= FIRST && !THE_FIRST.1.replace(true) {
            return (THE_FIRST.0.get().cast(), FIRST, 0);
        }
        let pages = size.div_ceil(PAGE);
        match std::arch::wasm32::memory_grow::<0>(pages) {
            usize::MAX => (null_mut(), 0, 0),
            before => ((before * PAGE) as *mut u8, pages * PAGE, 0),
        }
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE
    }
}
