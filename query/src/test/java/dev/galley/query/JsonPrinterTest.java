package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.postgres.DatabaseAddress;
import dev.galley.postgres.testkit.TestPostgres;
import dev.galley.schema.CatalogLoader;
import dev.galley.schema.SchemaModel;
import dev.galley.schema.SchemaScope;
import dev.galley.schema.Type;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is printed from the wire equals PostgreSQL's own {@code to_json}, byte for byte, for every type that can be a column. */
class JsonPrinterTest {
    private static final int RANDOM_VALUES = 300;

    private static final String TYPES = """
            create schema t;
            create type t.mood as enum ('sad', 'o"k', 'très \\ bien');
            create domain t.age as int check (value > -1000);
            create domain t.older as t.age;
            create domain t.label as text;
            create domain t.moment as timestamptz;
            create domain t.feeling as t.mood;
            create domain t.ints as int[];
            create domain t.doc as jsonb;
            create type t.pair as (a int, "b c" text);
            create domain t.couple as t.pair;
            create type t.textrange as range (subtype = text);
            create type t.coded as enum ('x', 'y');
            create function t.code(t.coded) returns json language sql immutable
                as $$ select json_build_object('code', $1::text) $$;
            create cast (t.coded as json) with function t.code(t.coded);
            """;

    /** Types whose values cannot be written by anybody. */
    private static final Set<String> UNWRITABLE = Set.of(
            "pg_node_tree",
            "pg_ndistinct",
            "pg_dependencies",
            "pg_mcv_list",
            "pg_ddl_command",
            "pg_brin_bloom_summary",
            "pg_brin_minmax_multi_summary",
            "gtsvector");

    private static Connection connection;
    private static Map<Integer, Type> types;

    @BeforeAll
    static void connect() throws SQLException {
        DatabaseAddress address = TestPostgres.shared().createDatabase(TYPES);
        connection = TestPostgres.shared().connect(address);
        SchemaModel model =
                new CatalogLoader(new SchemaScope(List.of("t"), List.of("pg_catalog"), Set.of())).load(connection);
        types = new HashMap<>();
        model.types().values().forEach(type -> types.put(type.oid(), type));
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "null",
            "\"",
            "\\",
            "a\"b\\c/d",
            "\b\f\n\r\t",
            "\u0001\u0002\u001e\u001f\u007f",
            "éßñ",
            "日本語テキスト",
            "😀😃 emoji \ud83d\udc68\u200d\ud83d\udc69",
            "\u2028\u2029\ufeff",
            "12345678\"",
            "1234567\\8",
            "exactly8",
            "{\"json\": [1]}",
            "x".repeat(5000) + "\n");

    private static final List<String> TIMESTAMPS = List.of(
            "2024-01-01 10:00:00",
            "2024-02-29 23:59:59.999999",
            "1999-12-31 00:00:00.1",
            "1900-01-01 00:00:00",
            "1600-06-15 12:34:56.000001",
            "0001-01-01 00:00:00",
            "0044-03-15 12:00:00 BC",
            "4713-01-02 00:00:00 BC",
            "294276-12-30 23:59:59.999999",
            "infinity",
            "-infinity");

    private static List<String> samples(String type) {
        return switch (type) {
            case "bool" -> List.of("true", "false");
            case "int2" -> List.of("0", "-1", "32767", "-32768");
            case "int4" -> List.of("0", "-1", "2147483647", "-2147483648");
            case "int8" -> List.of("0", "-1", "9223372036854775807", "-9223372036854775808");
            case "float4" ->
                List.of("0", "-0", "1e38", "1.17549435e-38", "NaN", "Infinity", "-Infinity", "0.1", "1e15");
            case "float8" ->
                List.of("0", "-0", "1e308", "5e-324", "NaN", "Infinity", "-Infinity", "0.1", "1e15", "1e16", "-1e-7");
            case "numeric" ->
                List.of(
                        "0",
                        "-0.00",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "1e1000",
                        "1e-1000",
                        "12345678901234567890.123456789",
                        "-1.50");
            case "text", "varchar", "bpchar", "name" -> TEXTS;
            case "char" -> List.of("", "a", "\"", "\\", "\n", "\u001f");
            case "bytea" -> List.of("", "\\x00ff22", "\\\\");
            case "uuid" -> List.of("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff");
            case "date" ->
                List.of("2024-02-29", "0001-01-01", "0044-03-15 BC", "5874897-12-31", "infinity", "-infinity");
            case "time" -> List.of("00:00:00", "23:59:59.999999", "24:00:00", "12:00:00.5");
            case "timetz" -> List.of("00:00:00+00", "23:59:59.999999-12", "12:00+05:30", "12:00+01:02:03");
            case "timestamp", "timestamptz" -> TIMESTAMPS;
            case "interval" -> List.of("0", "1 year -2 mons 3 days 04:05:06.7", "-1 day", "infinity");
            case "json" -> List.of("null", "{\"a\" : [1,  2]}", "\"x\"", "1e5", "{\"a\":1,\"a\":2}");
            case "jsonb" -> List.of("null", "{\"a\" : [1,  2], \"é\\n\": \"\\u0001\"}", "\"x\"", "1e5");
            case "jsonpath" -> List.of("$.\"a\\\"b\"[*] ? (@ > 1)");
            case "inet" -> List.of("10.0.0.1", "10.0.0.0/8", "::1/64");
            case "cidr" -> List.of("10.0.0.0/8", "::/0");
            case "macaddr" -> List.of("08:00:2b:01:02:03");
            case "macaddr8" -> List.of("08:00:2b:01:02:03:04:05");
            case "bit", "varbit" -> List.of("1", "0");
            case "money" -> List.of("1.50", "-92233720368547758.08", "0");
            case "xml" -> List.of("<a b=\"c\">\n\u00e9</a>");
            case "tsvector" -> List.of("'a':1 'b\"\\\\':2A", "");
            case "tsquery" -> List.of("'a' & !'b\"'");
            case "point" -> List.of("(1,2)", "(NaN,Infinity)");
            case "line" -> List.of("{1,2,3}");
            case "lseg" -> List.of("[(1,2),(3,4)]");
            case "box" -> List.of("(1,2),(3,4)");
            case "path" -> List.of("[(1,2),(3,4)]", "((1,2),(3,4))");
            case "polygon" -> List.of("((1,2),(3,4))");
            case "circle" -> List.of("<(1,2),3>");
            case "oid", "cid", "xid", "xid8" -> List.of("0", "4294967295");
            case "tid" -> List.of("(0,1)");
            case "oidvector", "int2vector" -> List.of("1 2 3", "");
            case "pg_lsn" -> List.of("16/B374D848");
            case "pg_snapshot", "txid_snapshot" -> List.of("10:20:10,14,15");
            case "refcursor" -> List.of("a \"cursor\"");
            case "regclass" -> List.of("pg_class");
            case "regtype" -> List.of("integer", "\"char\"");
            case "regproc" -> List.of("now");
            case "regprocedure" -> List.of("abs(integer)");
            case "regoper" -> List.of("||/");
            case "regoperator" -> List.of("+(integer,integer)");
            case "regrole" -> List.of("pg_monitor");
            case "regnamespace" -> List.of("pg_catalog");
            case "regcollation" -> List.of("\"C\"");
            case "regconfig" -> List.of("english");
            case "regdictionary" -> List.of("simple");
            case "regdatabase" -> List.of("postgres");
            case "aclitem" -> List.of("pg_monitor=arwd/pg_monitor");
            case "int4range", "int8range", "numrange" -> List.of("empty", "[1,5)", "(,)", "[,9)");
            case "daterange" -> List.of("[2024-01-01,infinity)");
            case "tsrange", "tstzrange" -> List.of("[\"2024-01-01 00:00\",)", "empty");
            case "int4multirange", "int8multirange", "nummultirange" -> List.of("{}", "{[1,2),[5,9)}");
            case "datemultirange" -> List.of("{[2024-01-01,2024-01-02)}");
            case "tsmultirange", "tstzmultirange" -> List.of("{[\"2024-01-01 00:00\",)}");
            case "mood", "feeling" -> List.of("sad", "o\"k", "très \\ bien");
            case "coded" -> List.of("x", "y");
            case "age", "older" -> List.of("0", "7");
            case "label" -> TEXTS;
            case "moment" -> TIMESTAMPS;
            case "ints" -> List.of("{1,NULL,3}", "{}");
            case "doc" -> List.of("{\"a\":  1}");
            case "pair", "couple" -> List.of("(1,\"x \"\"y\"\"\")", "(,)");
            case "textrange" -> List.of("[a,\"b \"\"c\"\"\"]", "empty");
            default -> List.of();
        };
    }

    private static List<String> random(String type, Random random) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < RANDOM_VALUES; i++) {
            long bits = random.nextLong();
            switch (type) {
                case "int2" -> values.add(Short.toString((short) bits));
                case "int4" -> values.add(Integer.toString((int) bits));
                case "int8" -> values.add(Long.toString(bits));
                case "float4" -> values.add(Float.toString(Float.intBitsToFloat((int) bits)));
                case "float8" -> values.add(Double.toString(Double.longBitsToDouble(bits)));
                case "numeric" -> values.add(bits + "e" + random.nextInt(-40, 40));
                case "text", "varchar", "label" -> values.add(text(random));
                case "timestamp", "timestamptz", "moment" ->
                    values.add("%04d-%02d-%02d %02d:%02d:%02d.%06d%s"
                            .formatted(
                                    random.nextInt(1, i % 10 == 0 ? 4_700 : i % 3 == 0 ? 20_000 : 2_100),
                                    random.nextInt(1, 13),
                                    random.nextInt(1, 29),
                                    random.nextInt(24),
                                    random.nextInt(60),
                                    random.nextInt(60),
                                    i % 2 == 0 ? 0 : random.nextInt(1_000_000),
                                    i % 10 == 0 ? " BC" : ""));
                default -> {
                    return values;
                }
            }
        }
        return values;
    }

    /** Any characters that PostgreSQL stores, many of those that need escaping. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40);
        while (text.length() < length) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(1, 0x80));
                case 1 -> text.append("\"\\/\n\t\r\b\f".charAt(random.nextInt(8)));
                case 2 -> text.append((char) random.nextInt(0xa0, 0xd7ff));
                default -> text.appendCodePoint(random.nextInt(0x10000, 0x10ffff));
            }
        }
        return text.toString();
    }

    @Test
    void everyTypePrintsAsToJsonDoesInEveryTimeZone() throws SQLException {
        List<String> zones = List.of(
                "UTC",
                "Europe/Amsterdam",
                "America/St_Johns",
                "Asia/Kathmandu",
                "Pacific/Apia",
                "+05:45",
                "Africa/Monrovia");
        for (String zone : zones) {
            execute("set timezone = '" + zone + "'");
            for (String type :
                    List.of("timestamp", "timestamptz", "timetz", "t.moment", "tstzrange", "timestamptz[]")) {
                check(type);
            }
        }
        execute("set timezone = 'UTC'");
        for (String type : allTypes()) {
            check(type);
        }
        execute("set intervalstyle = 'iso_8601'");
        execute("set bytea_output = 'escape'");
        execute("set extra_float_digits = -3");
        for (String type : List.of("interval", "bytea", "float8", "float4")) {
            check(type);
        }
        execute("reset all");
    }

    private static List<String> allTypes() throws SQLException {
        List<String> names = new ArrayList<>();
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select t.oid::regtype::text, t.typname from pg_type t
                        where t.typtype in ('b', 'r', 'm', 'e', 'd', 'c')
                            and (t.typnamespace = 'pg_catalog'::regnamespace and t.typtype in ('b', 'r', 'm')
                                or t.typnamespace = 't'::regnamespace)
                            and t.typname not like '\\_%'""")) {
            while (rows.next()) {
                String name = rows.getString(2);
                if (!UNWRITABLE.contains(name) && !name.equals("textmultirange") && !name.endsWith("_multirange")) {
                    assertThat(samples(name)).as("values of type %s", name).isNotEmpty();
                    names.add(rows.getString(1));
                    // ARRAY[] cannot hold arrays in a domain.
                    if (!name.equals("ints")) {
                        names.add(rows.getString(1) + "[]");
                    }
                }
            }
        }
        assertThat(names).hasSizeGreaterThan(150);
        return names;
    }

    private static void check(String typeSql) throws SQLException {
        boolean array = typeSql.endsWith("[]");
        String elementSql = array ? typeSql.substring(0, typeSql.length() - 2) : typeSql;
        Type element = types.get(oid(elementSql));
        String name = element.name().name();
        List<String> literals = new ArrayList<>(samples(name));
        literals.addAll(random(name, new Random(42)));
        String value = array ? "array[v::" + elementSql + ", null]" : "v::" + elementSql;
        Type type = types.get(oid(typeSql));
        assertThat(type).as("type %s in the model", typeSql).isNotNull();
        SelectList list =
                new SelectList(List.of(new Select.Item("v", new Expression("x", type))), Compiled.Output.JSON);
        String sql = "select " + list.sql().getFirst() + ", to_json(x)::text from (select " + value
                + " as x from unnest(?::text[]) v) s";
        Array all = connection.createArrayOf("text", literals.toArray());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            // Always text on the wire: pgjdbc would change to binary when a statement is used often.
            statement.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(0);
            statement.setArray(1, all);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String printed = print(list.printed().getFirst().form(), rows.getString(1));
                    assertThat(printed)
                            .as("%s printed from %s", typeSql, rows.getString(1))
                            .isEqualTo(rows.getString(2));
                }
            }
        }
    }

    private static int oid(String type) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select '" + type + "'::regtype::oid::int")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String print(WireForm form, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // Odd offset and bytes around it: nothing beside the value may be read.
        ByteBuf in = Unpooled.buffer().writeByte('"').writeBytes(utf8).writeByte('\\');
        ByteBuf out = Unpooled.buffer(1);
        JsonPrinter.print(form, in, 1, utf8.length, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void keysAreEscaped() {
        assertThat(new String(JsonPrinter.key("a\"\n\u00e9"), StandardCharsets.UTF_8))
                .isEqualTo("\"a\\\"\\n\u00e9\":");
    }

    @Test
    void everyByteIsEscapedExactlyWhenJsonDemandsIt() {
        String all = java.util.stream.IntStream.range(1, 0x100)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
        for (int shift = 0; shift < 9; shift++) {
            String text = "-".repeat(shift) + all;
            String printed = print(WireForm.TEXT, text);
            String expected = text.chars()
                    .mapToObj(c -> switch (c) {
                        case '"' -> "\\\"";
                        case '\\' -> "\\\\";
                        case '\b' -> "\\b";
                        case '\f' -> "\\f";
                        case '\n' -> "\\n";
                        case '\r' -> "\\r";
                        case '\t' -> "\\t";
                        default -> c < ' ' ? "\\u%04x".formatted(c) : String.valueOf((char) c);
                    })
                    .collect(Collectors.joining("", "\"", "\""));
            assertThat(printed).isEqualTo(expected);
        }
    }
}
