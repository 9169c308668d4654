package dev.galley.query;

/** A value of a request, by its place in the {@link Bindings}. */
public record Value(int index) {}
