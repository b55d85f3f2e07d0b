//! x
/// Docs
pub struct Docs;
impl Docs { 
 /// x
 pub fn argument(&self,_:&str,_:&str,_:&str)->Option<&str>{None}
 /// x
 pub fn function(&self,_:&str,_:&str)->Option<&str>{None}
 }
