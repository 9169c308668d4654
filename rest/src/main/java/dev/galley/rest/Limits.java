package dev.galley.rest;

/**
 * How much one request may ask.
 *
 * @param depth levels of embedding, and of brackets in {@code or=(...)}
 * @param terms selected items and, apart from them, conditions
 */
record Limits(int depth, int terms) {}
