package dev.galley.schema;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the database itself makes an answer of a media type: a domain is named by the media type, and an aggregate over rows or a
 * function of one value returns it.
 *
 * @param mediaType the domain's name as it stands; {@code *}{@code /*} for one that answers any
 * @param binary whether the value is bytes, not text
 */
public record MediaHandler(String mediaType, By by, boolean binary) {
    public static final String ANY = "*/*";

    private static final int BYTEA_OID = 17;
    private static final String RESTRICTED_NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*";
    private static final Pattern MEDIA_TYPE = Pattern.compile(RESTRICTED_NAME + "/" + RESTRICTED_NAME);

    public sealed interface By {}

    /**
     * An aggregate over rows.
     *
     * @param rowsOf the relation whose rows it takes; empty for those of any
     * @param executableBy the roles that may call it
     */
    public record Aggregate(QualifiedName function, Optional<QualifiedName> rowsOf, Set<String> executableBy)
            implements By {}

    /** The value that a function returns is the answer. */
    public record Value() implements By {}

    /** A GeoJSON collection of what this function, PostGIS's, makes of each row. */
    public record GeoJson(QualifiedName function) implements By {}

    /** The handler of what a function returns, when that is one value of a media type. */
    public static Optional<MediaHandler> ofValue(Routine.Returns returns) {
        return returns.set() || !isMediaType(returns.type())
                ? Optional.empty()
                : Optional.of(of(returns.type(), new Value()));
    }

    static MediaHandler of(Type domain, By by) {
        return new MediaHandler(domain.name().name(), by, domain.underDomains().oid() == BYTEA_OID);
    }

    static boolean isMediaType(Type type) {
        String name = type.name().name();
        return type.kind() == Type.Kind.DOMAIN
                && (name.equals(ANY) || MEDIA_TYPE.matcher(name).matches());
    }
}
