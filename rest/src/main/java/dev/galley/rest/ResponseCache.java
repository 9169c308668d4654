package dev.galley.rest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.query.Read;
import dev.galley.query.ResultFormat;
import dev.galley.query.StoredData;
import dev.galley.schema.QualifiedName;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps answers to reads of tables that were opted in, and gives them again while they are true.
 *
 * <p><b>Never another caller's.</b> An answer is found again only by the role, claims, settings, address, preferences and format of its
 * request, which is all that it may depend on: policies that could see more (headers, cookies, the clock) keep a table out ({@link StableTables}).
 *
 * <p><b>Never longer than it is true.</b> An answer belongs to the {@link DatabaseState} that was the same before and after its rows were read.
 * Each request that finds one asks for the state anew. Nothing has to tell of a change, so none can be missed, whoever made it and
 * however. The price: a short question stands in front of every such read, and any change anywhere in the server ends all answers.
 */
final class ResponseCache {
    /** Of an entry without what is counted, in bytes: objects, names and values of headers. */
    private static final int OVERHEAD = 1024;

    private static final Pattern DIRECTIVE = Pattern.compile("(^|\\s)@cache(\\s|$)");

    /** What PostgreSQL reads as a moment that passes, also with quotes or backslashes inside an array or range. */
    private static final Pattern CLOCK =
            Pattern.compile("(?<![a-z])(now|today|tomorrow|yesterday)(?![a-z])", Pattern.CASE_INSENSITIVE);

    /** What no policy of a table that is kept looks at; the address and the method stand in the key in another form. */
    private static final Set<String> UNSEEN =
            Set.of("request.headers", "request.cookies", "request.path", "request.method");

    private final CacheSettings settings;
    private final DatabaseState states;
    private final StableTables stableTables;
    private final CacheCounts counts;
    private final Cache<Question, Kept> answers;
    private volatile OptedIn optedIn = new OptedIn(-1, Set.of());

    /** The tables opted in, of a version of the schema. */
    private record OptedIn(long version, Set<QualifiedName> tables) {}

    /** Everything that an answer may depend on besides the state of the database. */
    record Question(
            long schema,
            String role,
            Target target,
            QueryString query,
            Preferences preferences,
            RowRange range,
            MediaTypes.Format format,
            List<LocalSetting> settings) {

        private long size() {
            long characters = role.length();
            for (QueryString.Parameter each : query.parameters()) {
                characters += each.name().length() + each.value().length();
            }
            for (LocalSetting each : settings)
                characters += each.name().length() + each.value().length();
            return 2 * characters;
        }
    }

    /** An answer, and the state of the database that it is of. */
    @SuppressWarnings("ArrayRecordComponent") // never compared and never changed
    record Kept(String state, int status, List<Map.Entry<String, String>> headers, byte[] body) {
        Reply reply() {
            return new Reply(status, headers, Optional.of(Unpooled.wrappedBuffer(body)));
        }
    }

    ResponseCache(CacheSettings settings, DatabaseState states, StableTables stableTables, CacheCounts counts) {
        this.settings = settings;
        this.states = states;
        this.stableTables = stableTables;
        this.counts = counts;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(settings.bytes())
                .weigher(this::weight)
                .expireAfterWrite(settings.keep())
                .executor(Runnable::run)
                .build();
    }

    static ResponseCache of(RestSettings settings, RequestTransaction transactions, CacheCounts counts) {
        CacheSettings cache = settings.cache();
        DatabaseState states = new DatabaseState(transactions, settings.timeout(), cache.quiet(), System::nanoTime);
        return new ResponseCache(
                cache, states, new StableTables(transactions, settings.timeout(), states, cache.functions()), counts);
    }

    /** In bytes, and never less than what keeps the number of entries within its limit. */
    private int weight(Question key, Kept kept) {
        long bytes = OVERHEAD + key.size() + kept.body().length;
        return (int) Math.min(Integer.MAX_VALUE, Math.max(bytes, settings.bytes() / settings.entries()));
    }

    /** A read that may be answered from here; nothing for any other request. */
    Optional<CachedRead> read(
            RestRequest request,
            Action action,
            MediaTypes.Format format,
            SchemaModel schema,
            TransactionRequest wanted) {
        if (!(action instanceof Action.Reading reading && reading.query() instanceof Read read))
            return Optional.empty();
        Set<QualifiedName> allowed = optedIn(schema);
        if (!allowed.contains(read.from())
                || !request.method().equals("GET")
                || !(format.representation() instanceof ResultFormat)
                || namesAMoment(request.query())) {
            return Optional.empty();
        }
        return StoredData.behind(read, schema).filter(allowed::containsAll).map(tables -> {
            Question key = new Question(
                    schema.version(),
                    request.role(),
                    request.target(),
                    request.query(),
                    request.preferences(),
                    reading.range(),
                    format,
                    wanted.settings().stream()
                            .filter(each -> !UNSEEN.contains(each.name()))
                            .toList());
            return new CachedRead(answers, states, stableTables, counts, key, tables);
        });
    }

    private static boolean namesAMoment(QueryString query) {
        for (QueryString.Parameter each : query.parameters()) {
            boolean names = each.name().equals("select");
            if (!names && CLOCK.matcher(each.value().replaceAll("[\\\\\"]", "")).find()) return true;
        }
        return false;
    }

    private Set<QualifiedName> optedIn(SchemaModel schema) {
        OptedIn known = optedIn;
        if (known.version() != schema.version()) {
            Set<QualifiedName> tables = new HashSet<>();
            for (Relation relation : schema.relations().values()) {
                boolean listed = settings.relations().contains(relation.name().toString());
                boolean commented = relation.comment()
                        .filter(text -> DIRECTIVE.matcher(text).find())
                        .isPresent();
                if (listed || commented) tables.add(relation.name());
            }
            optedIn = known = new OptedIn(schema.version(), Set.copyOf(tables));
        }
        return known.tables();
    }
}
