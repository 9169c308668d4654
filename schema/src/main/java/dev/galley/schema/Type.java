package dev.galley.schema;

import java.util.List;
import java.util.Optional;

/**
 * A type of the database.
 *
 * @param sql the type as it stands in a cast, quoted and qualified where needed ({@code format_type}), without a type modifier
 * @param base the type under a domain (one step), the element of an array or range
 * @param labels the labels of an enum in their order
 * @param attributes the attributes of a composite type in their order
 * @param jsonCast whether somebody has made a cast of this type to json, which {@code to_json} would then use
 * @param representation how values of a domain are shown and read, where its casts say so
 */
public record Type(
        int oid,
        QualifiedName name,
        Kind kind,
        String sql,
        Optional<Type> base,
        List<String> labels,
        List<Attribute> attributes,
        boolean jsonCast,
        Representation representation) {

    /** A type that is shown and read as PostgreSQL does it. */
    public Type(
            int oid,
            QualifiedName name,
            Kind kind,
            String sql,
            Optional<Type> base,
            List<String> labels,
            List<Attribute> attributes,
            boolean jsonCast) {
        this(oid, name, kind, sql, base, labels, attributes, jsonCast, Representation.NONE);
    }

    public enum Kind {
        BASE,
        ENUM,
        DOMAIN,
        ARRAY,
        COMPOSITE,
        RANGE,
        MULTIRANGE,
        PSEUDO
    }

    public record Attribute(String name, String typeSql) {}

    /** The type below all domains. */
    public Type underDomains() {
        return kind == Kind.DOMAIN && base.isPresent() ? base.get().underDomains() : this;
    }
}
