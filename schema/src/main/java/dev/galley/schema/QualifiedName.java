package dev.galley.schema;

/** The name of a relation, type or routine within its schema, as stored in the catalog (unquoted, case-sensitive). */
public record QualifiedName(String schema, String name) implements Comparable<QualifiedName> {

    /** The name as it stands in SQL, both parts quoted. */
    public String sql() {
        return Identifiers.quote(schema) + "." + Identifiers.quote(name);
    }

    @Override
    public int compareTo(QualifiedName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
