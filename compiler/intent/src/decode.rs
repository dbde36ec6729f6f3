//! From spanned trees to the model: unknown keys, wrong types, known wrong forms.
