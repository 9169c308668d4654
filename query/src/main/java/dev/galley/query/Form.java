package dev.galley.query;

/** What a statement is compiled to give: rows that are printed here, or an answer that PostgreSQL makes whole. */
sealed interface Form permits Compiled.Output, Whole {}
