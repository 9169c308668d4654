package dev.galley.query;

/**
 * What is wanted, as data: names and operators, never values. Two requests of the same shape are equal, so a plan can be
 * cached by its query. Every value is a {@link Value}: an index into the {@link Bindings} that travel beside the query.
 */
public sealed interface Query permits Read, Insert, Update, Delete, Call {}
