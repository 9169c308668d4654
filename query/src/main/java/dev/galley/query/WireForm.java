package dev.galley.query;

import dev.galley.schema.Type;

/** How the text of a value on the wire becomes the JSON that {@code to_json} would make of it. */
enum WireForm {
    /** It is JSON already. */
    JSON,
    /** A number, which JSON may write bare. */
    NUMBER,
    /** A number, or a special value such as NaN, which has to be quoted. */
    FLOAT,
    BOOLEAN,
    /** Quoted and escaped. */
    TEXT,
    /** Quoted; never holds a character that needs escaping. */
    BARE,
    /** {@code 2024-01-31}: quoted. */
    DATE,
    /** {@code 2024-01-31 10:00:00.5}: the space becomes a T. */
    TIMESTAMP,
    /** {@code 2024-01-31 10:00:00.5+02}: the space becomes a T and an offset of whole hours gets its minutes. */
    TIMESTAMPTZ,
    VOID;

    /** Types of the system catalog have smaller OIDs, and a cast of theirs to json is not used by {@code to_json}. */
    private static final int FIRST_USER_OID = 16384;

    private static final int INT2VECTOR = 22;
    private static final int OIDVECTOR = 30;

    /** The form of a type's own text; {@link #VOID} for none. */
    static WireForm of(Type type) {
        Type base = type.underDomains();
        return switch (base.oid()) {
            case 21, 23, 20 -> NUMBER;
            case 700, 701, 1700 -> FLOAT;
            case 16 -> BOOLEAN;
            case Types.JSON_OID, Types.JSONB_OID -> JSON;
            case 1082 -> DATE;
            case 1114 -> TIMESTAMP;
            case 1184 -> TIMESTAMPTZ;
            // oid, time, timetz, uuid
            case 26, 1083, 1266, 2950 -> BARE;
            case Types.VOID_OID -> VOID;
            default -> TEXT;
        };
    }

    /** Whether only PostgreSQL can make JSON of the type, so that {@code to_json} has to stand in the statement. */
    static boolean needsToJson(Type type) {
        Type base = type.underDomains();
        return switch (base.kind()) {
            case ARRAY, COMPOSITE -> true;
            case PSEUDO -> base.oid() != Types.VOID_OID;
            case DOMAIN -> true;
            case ENUM, RANGE, MULTIRANGE -> base.jsonCast();
            case BASE ->
                base.oid() < FIRST_USER_OID
                        ? base.oid() == INT2VECTOR || base.oid() == OIDVECTOR || base.oid() == 0
                        : base.jsonCast();
        };
    }
}
