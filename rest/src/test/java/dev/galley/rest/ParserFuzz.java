package dev.galley.rest;

import dev.galley.http.EntityTags;
import dev.galley.postgres.idempotency.IdempotencyKey;
import dev.galley.query.Bindings;
import dev.galley.query.QueryException;
import dev.galley.schema.MediaHandlers;
import dev.galley.schema.SchemaModel;
import dev.galley.settings.FlagLayer;
import dev.galley.settings.Settings;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What a fuzzer calls: the first byte chooses a parser, the rest is its input. Every input is read or refused by a typed error;
 * whatever else a parser throws leaves through here.
 */
public final class ParserFuzz {
    private static final RequestBody BODIES = new RequestBody(new JsonBody(200));
    private static final RestSettings SETTINGS = RestSettings.from(new Settings(new FlagLayer()));
    private static final SchemaModel RELATED = Fakes.related();
    private static final Limits LIMITS = new Limits(20, 1000);

    private ParserFuzz() {}

    /** One parser, named by the letter that chooses it. */
    enum Parser {
        QUERY('q', text -> parameters(text, false)),
        CALL('c', text -> parameters(text, true)),
        SELECT('s', text -> parameters("select=" + encoded(text), false)),
        LOGIC('l', text -> parameters("or=" + encoded(text), false)),
        FILTER('f', text -> parameters("a=" + encoded(text), false)),
        ORDER('o', text -> parameters("order=" + encoded(text), false)),
        HAVING('h', text -> parameters("select=*,c(*)&having=" + encoded(text) + "&c.having=" + encoded(text), false)),
        DISTINCT(
                'd',
                text -> parameters("select=*,c(*)&distinct=" + encoded(text) + "&c.distinct=" + encoded(text), false)),
        COLUMNS('k', text -> parameters("columns=" + encoded(text) + "&on_conflict=" + encoded(text), false)),
        PREFER(
                'p',
                text -> Preferences.parse(List.of(text.split("\n", -1)), true).requireValid()),
        ACCEPT('a', ParserFuzz::mediaTypes),
        RANGE('r', text -> RowRange.of(OptionalLong.of(7), OptionalLong.of(3), Optional.of(text))),
        TAG('i', ParserFuzz::tags),
        KEY('y', text -> IdempotencyKey.read(text, 255)),
        TARGET('w', ParserFuzz::target),
        NESTED('n', ParserFuzz::nested),
        JSON('j', text -> body(MediaTypes.JSON, text)),
        CSV('v', text -> body(MediaTypes.CSV, text)),
        FORM('m', text -> body(MediaTypes.FORM, text)),
        STEERING('g', ParserFuzz::steering),
        TRANSACTION('t', ParserFuzz::transaction),
        REFERENCE('e', ParserFuzz::reference);

        final char letter;
        private final Use use;

        Parser(char letter, Use use) {
            this.letter = letter;
            this.use = use;
        }
    }

    private interface Use {
        void take(String text);
    }

    private static final Parser[] PARSERS = Parser.values();

    /** The name is the one that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) return;
        Parser parser = PARSERS[Math.floorMod(input[0], PARSERS.length)];
        for (Parser each : PARSERS) {
            if (each.letter == input[0]) parser = each;
        }
        accepts(parser, new String(input, 1, input.length - 1, StandardCharsets.UTF_8));
    }

    /** Whether the parser takes the text; false when it refuses it as it should. */
    static boolean accepts(Parser parser, String text) {
        try {
            parser.use.take(text);
            return true;
        } catch (RestException refused) {
            return false;
        }
    }

    private static void parameters(String raw, boolean readingCall) {
        QueryString query = QueryString.parse(raw);
        String canonical = query.canonical();
        if (!QueryString.parse(canonical).canonical().equals(canonical)) {
            throw new IllegalStateException("the canonical form of " + raw + " is not canonical");
        }
        Bindings bindings = new Bindings();
        Parameters parameters = new Parameters(bindings, LIMITS, readingCall, true).read(query);
        RowRange range = RowRange.of(parameters.root.limit, parameters.root.offset, Optional.empty());
        new Selections(bindings).rows(parameters.root, range);
        new Selections(bindings).written(parameters.root);
    }

    /** A tag that the parser has found is one that it finds again. */
    private static void tags(String text) {
        EntityTags tags = EntityTags.parse(text);
        for (String each : tags.tags()) {
            if (!EntityTags.parse(each).namesWeakly(each) || !tags.namesWeakly(each)) {
                throw new IllegalStateException("the tag " + each + " is not found again");
            }
        }
        tags.namesRows(text);
    }

    /** The first line is the path, the second the profile. */
    private static void target(String text) {
        String[] lines = text.split("\n", 2);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (lines.length > 1) headers.add("Accept-Profile", lines[1]);
        Target.of("GET", RestService.pathBehindPrefix(lines[0]), headers, SETTINGS);
    }

    /** Rows with rows in them, of two tables that refer to each other and to themselves. */
    private static void nested(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        BODIES.rows(bytes, MediaTypes.JSON, Optional.empty(), new Bindings());
        for (Optional<List<String>> columns :
                List.of(Optional.<List<String>>empty(), Optional.of(List.of("id", "notes")))) {
            try {
                NestedBody.Rows rows = BODIES.nestedRows(bytes, Fakes.items(), RELATED, columns);
                // Listed ones are the caller's, and looked up later.
                if (columns.isEmpty() && !Fakes.items().columns().keySet().containsAll(rows.columns())) {
                    throw new IllegalStateException("a column that is none: " + rows);
                }
            } catch (QueryException unknown) {
                throw new RestException(new RestError.DoesNotFit(unknown.error(), "anon"));
            }
        }
    }

    private static void mediaTypes(String text) {
        MediaTypes.acceptsOpenApi(Optional.of(text));
        MediaTypes.ofBody(Optional.of(text));
        new Negotiation(MediaHandlers.NONE, Map.of(), "", true).choose(Optional.of(text));
    }

    private static void body(String mediaType, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Bindings bindings = new Bindings();
        accepts(() -> BODIES.arguments(bytes, mediaType, Optional.empty()));
        BODIES.rows(bytes, mediaType, Optional.empty(), bindings);
    }

    /** What the steps refer to looks like a reference itself, and like grammar. */
    private static void transaction(String text) {
        TxJson json = new TxJson(200);
        JsonNode result = json.read("[{\"$ref\":\"a.id\"},\"),id.gt.0\"]".getBytes(StandardCharsets.UTF_8));
        TxDocument document;
        try {
            document = new TxParser(SETTINGS, json).parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (TxFailure failure) {
            if (failure.reason() instanceof RestException refused) throw refused;
            throw failure;
        }
        for (TxStep step : document.steps()) {
            TxBudget budget = new TxBudget(1 << 16, 0);
            accepts(() -> step.conditions()
                    .forEach(each -> json.condition(each.operator(), each.value(), _ -> result.get(1), budget)));
            step.body().ifPresent(body -> json.read(json.write(body, _ -> result, budget)));
        }
    }

    private static void reference(String text) {
        TxJson json = new TxJson(200);
        JsonNode rows = json.read("[{\"id\":1,\"tags\":[[1],[2,3]]}]".getBytes(StandardCharsets.UTF_8));
        TxReference reference =
                TxReference.parse(text).orElseThrow(() -> new TxError.Unresolved(text, "it is none").exception());
        json.write(reference.in(rows, new TxBudget(1000, 0)), _ -> rows, new TxBudget(1 << 16, 0));
    }

    private static void accepts(Runnable reading) {
        try {
            reading.run();
        } catch (RestException refused) {
            // The other reading of the same body is of interest too.
        }
    }

    private static void steering(String text) {
        FlatJson.object(text);
        FlatJson.listOfPairs(text);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        QueryString.encode(encoded, text);
        return encoded.toString();
    }
}
