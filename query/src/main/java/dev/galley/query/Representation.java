package dev.galley.query;

/** What the rows of an answer become: printed here, made whole by the database, or explained instead of fetched. */
public sealed interface Representation permits ResultFormat, Handled, Explained {}
