package dev.galley.live;

import java.util.List;

/** How values of a type are written in JSON, and whether their text can be compared without asking PostgreSQL. */
sealed interface ValueType {

    /** A value that is not made of others. */
    enum Plain implements ValueType {
        /** bool */
        BOOLEAN,
        /** int2, int4, int8, oid */
        INTEGER,
        /** numeric: equal values may have different texts */
        NUMERIC,
        /** float4, float8: equal values may have different texts */
        FLOAT,
        JSON,
        BYTES,
        TIMESTAMP,
        TIMESTAMPTZ,
        /** A text that is equal exactly when its bytes are: text, varchar, uuid, date, time, enums */
        EXACT,
        /** Anything else; JSON has its text */
        OTHER
    }

    record Array(ValueType element, char delimiter) implements ValueType {}

    record Composite(List<Field> fields) implements ValueType {
        record Field(String name, ValueType type) {}
    }

    /** Whether equal values have equal texts. */
    default boolean comparesAsText() {
        return this == Plain.BOOLEAN
                || this == Plain.INTEGER
                || this == Plain.EXACT
                || this == Plain.TIMESTAMP
                || this == Plain.TIMESTAMPTZ;
    }
}
