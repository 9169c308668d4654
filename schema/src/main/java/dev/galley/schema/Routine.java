package dev.galley.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A function that may be called by name.
 *
 * @param parameters the input parameters (IN, INOUT, VARIADIC) in their order
 * @param settings its SET clauses, name to value
 * @param executableBy the roles that may execute it (directly, by membership or as PUBLIC), for hints
 */
public record Routine(
        QualifiedName name,
        List<Parameter> parameters,
        Returns returns,
        Volatility volatility,
        boolean variadic,
        Map<String, String> settings,
        Set<String> executableBy,
        Optional<String> comment) {

    /** @param name empty for an unnamed parameter */
    public record Parameter(String name, Type type, String typeSql, boolean required, boolean variadic) {}

    public enum Volatility {
        IMMUTABLE,
        STABLE,
        VOLATILE
    }

    /**
     * What a call gives back.
     *
     * @param set whether it is set-returning
     * @param relation the table or view whose rows it returns
     * @param columns the attributes of a composite result, OUT parameters or {@code TABLE(...)} columns; empty for a scalar
     */
    public record Returns(
            Type type, boolean set, boolean isVoid, Optional<QualifiedName> relation, List<Type.Attribute> columns) {
        public boolean composite() {
            return !columns.isEmpty();
        }
    }
}
