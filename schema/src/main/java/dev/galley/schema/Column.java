package dev.galley.schema;

import java.util.Optional;

/**
 * A column of a relation.
 *
 * @param typeSql the type with its modifier, as {@code format_type} prints it ({@code character varying(20)})
 * @param defaultSql the default's expression; present too for identity and serial columns
 * @param writable false for generated columns and {@code GENERATED ALWAYS} identities
 */
public record Column(
        String name,
        int position,
        Type type,
        String typeSql,
        boolean nullable,
        Optional<String> defaultSql,
        boolean writable,
        Optional<Integer> maxLength,
        Optional<String> comment) {}
