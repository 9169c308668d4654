package dev.galley.query.document;

import dev.galley.query.Value;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Type;
import java.util.List;

/** A call of a function by the names of its arguments; what is left out has its default. */
public record Invocation(QualifiedName function, List<Argument> arguments) {

    /** @param value text form of the type */
    public record Argument(String name, Type type, Value value) {}
}
