//! Types, read one by one: those inside of others stand on a list here and not on the stack.

use super::Unfit;
use super::scope::{Sort, Thing};
use super::sections::Sections;
use wasmparser::{
    BinaryReader, ComponentAlias, ComponentDefinedType, ComponentExternName, ComponentImport, ComponentType,
    ComponentTypeRef, ComponentValType, CompositeInnerType, CoreType, ModuleTypeDeclaration, RecGroup,
};

/// A type of a component or of an instance, with declarations that are still to come.
struct Open {
    left: u32,
    component: bool,
}

const COMPONENT: u8 = 0x41;
const INSTANCE: u8 = 0x42;

impl<'a> Sections<'a, '_> {
    /// Reads a section of component types.
    pub(super) fn types(&mut self, mut reader: BinaryReader<'a>) -> Result<(), Unfit> {
        let mut left = reader.read_var_u32()?;
        let mut open: Vec<Open> = Vec::new();
        loop {
            match open.last_mut() {
                Some(Open { left: 0, .. }) => {
                    open.pop();
                    let ty = self.scopes.close()?.close();
                    // It is made when something of this type is, and that is counted there.
                    self.declare(Sort::Type, Thing { cost: 1, ..ty })?;
                }
                Some(Open { left, component }) => {
                    *left -= 1;
                    let component = *component;
                    open.extend(self.declaration(&mut reader, component)?);
                }
                None if left == 0 => return Ok(()),
                None => {
                    left -= 1;
                    open.extend(self.ty(&mut reader)?);
                }
            }
        }
    }

    /// Reads one of the declarations in a type.
    fn declaration(&mut self, reader: &mut BinaryReader<'a>, component: bool) -> Result<Option<Open>, Unfit> {
        match reader.read_u8()? {
            0x00 => self.core_type(reader.read()?)?,
            0x01 => return self.ty(reader),
            0x02 => self.alias(reader.read::<ComponentAlias<'_>>()?)?,
            0x03 if component => self.import(reader.read::<ComponentImport<'_>>()?)?,
            0x04 => {
                let name: ComponentExternName<'_> = reader.read()?;
                let ty: ComponentTypeRef = reader.read()?;
                let thing = self.scopes.of_type(ty)?;
                self.export(name.name, ty.kind(), thing)?;
            }
            other => return Err(Unfit::Damaged(format!("there is no declaration of the kind {other:#x} in a type"))),
        }
        Ok(None)
    }

    /// Reads a type, or the beginning of one that has others in it.
    fn ty(&mut self, reader: &mut BinaryReader<'a>) -> Result<Option<Open>, Unfit> {
        let first = reader.clone().read_u8()?;
        if first == COMPONENT || first == INSTANCE {
            reader.read_u8()?;
            let left = reader.read_var_u32()?;
            self.open()?;
            return Ok(Some(Open { left, component: first == COMPONENT }));
        }
        let ty = match reader.read()? {
            ComponentType::Defined(ty) => self.defined(ty)?,
            ComponentType::Func(ty) => self.around(ty.params.iter().map(|(_, ty)| *ty).chain(ty.result))?,
            ComponentType::Resource { .. } => Thing::UNIT,
            ComponentType::Component(_) | ComponentType::Instance(_) => {
                return Err(Unfit::Damaged("a type is not what it begins as".into()));
            }
        };
        self.declare(Sort::Type, ty)?;
        Ok(None)
    }

    fn defined(&self, ty: ComponentDefinedType<'_>) -> Result<Thing<'a>, Unfit> {
        use ComponentDefinedType as Ty;
        match ty {
            Ty::Primitive(_) => Ok(Thing::UNIT),
            Ty::Record(fields) => {
                let ty = self.around(fields.iter().map(|(_, ty)| *ty))?;
                Ok(named(ty, fields.iter().map(|(name, _)| *name)))
            }
            Ty::Variant(cases) => {
                let ty = self.around(cases.iter().filter_map(|case| case.ty))?;
                let ty = Thing { size: ty.size.saturating_add(cases.len() as u64), ..ty };
                Ok(named(ty, cases.iter().map(|case| case.name)))
            }
            Ty::Tuple(items) => self.around(items.iter().copied()),
            Ty::Flags(names) | Ty::Enum(names) => Ok(named(Thing::flat(names.len() as u64), names.iter().copied())),
            Ty::List(ty) | Ty::Option(ty) => self.around([ty]),
            Ty::Map(key, value) => self.around([key, value]),
            Ty::FixedLengthList(item, times) => {
                let ty = self.around([item])?;
                Ok(Thing { size: ty.size.saturating_mul(times.into()), ..ty })
            }
            Ty::Result { ok, err } => self.around(ok.into_iter().chain(err)),
            Ty::Own(_) | Ty::Borrow(_) => Ok(Thing::flat(1)),
            Ty::Future(ty) | Ty::Stream(ty) => self.around(ty),
        }
    }

    fn around(&self, types: impl IntoIterator<Item = ComponentValType>) -> Result<Thing<'a>, Unfit> {
        let parts = types.into_iter().map(|ty| self.scopes.value(ty)).collect::<Result<Vec<_>, _>>()?;
        Ok(Thing { exports: None, ..Thing::around(&parts) })
    }

    /// A core type of a component: function types, or the type of a module, which has none of these in it.
    pub(super) fn core_type(&mut self, ty: CoreType<'a>) -> Result<(), Unfit> {
        match ty {
            CoreType::Rec(group) => {
                for size in sizes(&group) {
                    self.declare(Sort::CoreType, Thing::flat(size))?;
                }
                Ok(())
            }
            CoreType::Module(declarations) => {
                let sizes = declarations.iter().map(|declaration| match declaration {
                    ModuleTypeDeclaration::Type(group) => sizes(group).fold(1, u64::saturating_add),
                    _ => 1,
                });
                self.declare(Sort::CoreType, Thing::flat(sizes.fold(0, u64::saturating_add)))
            }
        }
    }
}

/// A type with these names in it: who shows it shows them, wherever it is used.
fn named<'a, 'n>(ty: Thing<'a>, names: impl Iterator<Item = &'n str>) -> Thing<'a> {
    /// So many bytes of a name, beyond which few have any, are as much as a type.
    const SHORT: usize = 32;
    let long = names.map(|name| (name.len() / SHORT) as u64).fold(0, u64::saturating_add);
    Thing { size: ty.size.saturating_add(long), ..ty }
}

/// How much there is in each type of a group.
pub(super) fn sizes(group: &RecGroup) -> impl Iterator<Item = u64> + '_ {
    group.types().map(|ty| match &ty.composite_type.inner {
        CompositeInnerType::Func(ty) => (ty.params().len() + ty.results().len()) as u64,
        CompositeInnerType::Struct(ty) => ty.fields.len() as u64,
        CompositeInnerType::Array(_) | CompositeInnerType::Cont(_) => 1,
    })
}
