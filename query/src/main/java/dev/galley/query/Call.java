package dev.galley.query;

import dev.galley.schema.QualifiedName;
import java.util.List;

/**
 * A call of a function; its result, when it is a set or a row, is selected from like a relation.
 *
 * @param readOnly the caller asked by a method that must not write (GET, HEAD)
 */
public record Call(QualifiedName function, Arguments arguments, boolean readOnly, Selection selection, Count count)
        implements Query {

    public sealed interface Arguments {}

    /** Each by name as text, from a query string; a variadic parameter may stand several times. */
    public record Named(List<Argument> arguments) implements Arguments {}

    public record Argument(String name, Value value) {}

    /** One JSON object, its keys being the parameters' names. */
    public record JsonObject(Value json, List<String> keys) implements Arguments {}

    /**
     * The request's body as the one unnamed parameter.
     *
     * @param mediaType of the body, for the choice among overloads
     */
    public record Body(Value body, String mediaType) implements Arguments {}
}
