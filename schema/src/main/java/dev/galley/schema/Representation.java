package dev.galley.schema;

import java.util.Optional;

/**
 * The functions of a domain's implicit casts from and to json and text. PostgreSQL itself ignores casts of domains, so that they are free to
 * say how callers see and write values that are stored in another form.
 *
 * @param toJson makes the JSON of an answer
 * @param fromJson takes the JSON of a body
 * @param fromText takes the text of a filter
 */
public record Representation(
        Optional<QualifiedName> toJson, Optional<QualifiedName> fromJson, Optional<QualifiedName> fromText) {
    public static final Representation NONE = new Representation(Optional.empty(), Optional.empty(), Optional.empty());
}
