package dev.galley.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.query.Bindings;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
    private static final Limits LIMITS = new Limits(10, 50);

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '\1', textBlock = """
            '' => [*]
            select=id => [id]
            select=id,name => [id name]
            select= => []
            select=%20id%20,%20name%20 => [id name]
            select=alias:name => [alias=name]
            select=name::text => [name::text]
            select=n:data->a->>0::int => [n=data->a->>#0::int]
            select=data->!@~_a => [data->!@~_a]
            select=a->>'x'; drop table t => [a->>'x'; drop table t]
            select=data->-1->>b-c => [data->#-1->>b-c]
            select=first-name,with+space => [first-name with space]
            select="a,b":"c(d" => [a,b=c(d]
            select="quo\\"te" => [quo"te]
            select=client(id) => [client[id]]
            select=*,client(*,owner(name)) => [* client[* owner[name]]]
            select=c:client!fk!inner(id) => [c=client!fk!inner[id]]
            select=client!inner!fk(id) => [client!fk!inner[id]]
            select=client!left(id) => [client[id]]
            select=client!inner_fk(id) => [client!inner_fk[id]]
            select=...client(name) => [...client[name]]
            select=client() => [client[]]
            select=count() => [COUNT()]
            select=n:count()::text => [n=COUNT()::text]
            select=amount.sum() => [SUM(amount)]
            select=amount::numeric.avg()::int => [AVG(amount::numeric)::int]
            select=low:price.min(),price.max() => [low=MIN(price) MAX(price)]
            id=eq.1 => [*] where (id EQ <1>)
            id=not.eq.1 => [*] where (!id EQ <1>)
            id=eq. => [*] where (id EQ <>)
            name=eq.a.b,c => [*] where (name EQ <a.b,c>)
            name=like.*x* => [*] where (name LIKE <%x%>)
            name=ilike(any).{a*,b*} => [*] where (name ILIKE ANY <{a%,b%}>)
            name=match(all).{^a,b$} => [*] where (name MATCH ALL <{^a,b$}>)
            name=imatch.a*b => [*] where (name IMATCH <a*b>)
            id=in.(1,2) => [*] where (id IN <{"1","2"}>)
            id=in.() => [*] where (id IN <{}>)
            name=in.("a,b",c"d,"e\\"f") => [*] where (name IN <{"a,b","c\\"d","e\\"f"}>)
            name=in.(a\\b) => [*] where (name IN <{"a\\\\b"}>)
            a=is.null&b=is.TRUE&c=is.not_null&d=is.unknown => [*] where (a IS NULL & b IS TRUE & c IS NOT_NULL & d IS UNKNOWN)
            a=isdistinct.5 => [*] where (a IS_DISTINCT <5>)
            a=cs.{1,2}&b=cd.[1]&c=ov.(1,2) => [*] where (a CONTAINS <{1,2}> & b CONTAINED <[1]> & c OVERLAPS <(1,2)>)
            a=sl.(1,2)&a=sr.(1,2)&a=nxr.(1,2)&a=nxl.(1,2)&a=adj.(1,2) => [*] where (a STRICTLY_LEFT <(1,2)> & a STRICTLY_RIGHT <(1,2)> & a NOT_EXTENDS_RIGHT <(1,2)> & a NOT_EXTENDS_LEFT <(1,2)> & a ADJACENT <(1,2)>)
            t=fts.cat&t=plfts(english).dog&t=phfts.a b&t=wfts(simple).x => [*] where (t @@ TO_TSQUERY <cat> & t @@ PLAINTO_TSQUERY english <dog> & t @@ PHRASETO_TSQUERY <a b> & t @@ WEBSEARCH_TO_TSQUERY simple <x>)
            data->>a=eq.x => [*] where (data->>a EQ <x>)
            data->a->0=not.is.null => [*] where (!data->a->#0 IS NULL)
            or=(a.eq.1,b.gt.2) => [*] where ((a EQ <1> | b GT <2>))
            not.and=(a.eq.1,not.or(b.is.null,c.in.(1,2))) => [*] where (!(a EQ <1> & !(b IS NULL | c IN <{"1","2"}>)))
            or=(a.eq."x,y)",b.cs.{1,2},c.not.like.z*) => [*] where ((a EQ <x,y)> | b CONTAINS <{1,2}> | !c LIKE <z%>))
            or=(and.eq.1,or.eq.2) => [*] where ((and EQ <1> | or EQ <2>))
            order=id => [*] order id
            order=a.desc,b.asc.nullslast,c.nullsfirst,d->>e.desc => [*] order a DESC, b ASC nulls LAST, c nulls FIRST, d->>e DESC
            select=*,client(name)&order=client(name).desc => [* client[name]] order client/name DESC
            limit=5&offset=10 => [*] limit 5 offset 10
            limit=0&offset=7 => [*] limit 0
            limit=99999999999999999999 => [*] limit 9223372036854775807
            offset=-3 => [*]
            select=id,client(id)&client.id=eq.1&client.order=id&client.limit=2&client.offset=1 => [id client[id] where (id EQ <1>) order id limit 2 offset 1]
            select=c:client(o:owner(id))&c.o.or=(a.eq.1,b.eq.2)&c.o.not.and=(a.eq.3) => [c=client[o=owner[id] where ((a EQ <1> | b EQ <2>) & !(a EQ <3>))]]
            select=client(id)&client=is.null => [client[id]] where (no client)
            select=c:client(id)&c=not.is.null&or=(c.is.null,id.eq.1) => [c=client[id]] where (!no c & (no c | id EQ <1>))
            select=c:client(id)&client.id=eq.1 => [c=client[id] where (id EQ <1>)]
            naïve=eq.ü&名=eq.前 => [*] where (naïve EQ <ü> & 名 EQ <前>)
            """)
    void readsWhatFollowsTheGrammar(String query, String expected) {
        assertThat(read(query)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '\1', textBlock = """
            id=0 => "failed to parse filter (0)" (line 1, column 1) => unexpected "0" expecting "not" or operator (eq, gt, ...)
            id=noop.0 => "failed to parse filter (noop.0)" (line 1, column 1) => unexpected "o" expecting "not" or operator (eq, gt, ...)
            id=eq().1 => "failed to parse filter (eq().1)" (line 1, column 4) => unexpected ")" expecting operator (eq, gt, ...)
            id=in.1,2 => "failed to parse filter (in.1,2)" (line 1, column 4) => unexpected "1" expecting "("
            or=() => "failed to parse logic tree (())" (line 1, column 4) => unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)
            or=)( => "failed to parse logic tree ()()" (line 1, column 3) => unexpected ")" expecting "("
            or=(id.eq.1,not.xor(id.eq.2)) => "failed to parse logic tree ((id.eq.1,not.xor(id.eq.2)))" (line 1, column 16) => unexpected "x" expecting logic operator (and, or)
            order=id.ac => "failed to parse order (id.ac)" (line 1, column 4) => unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast"
            order=id.asc.nlsfst => "failed to parse order (id.asc.nlsfst)" (line 1, column 8) => unexpected "l" expecting "nullsfirst" or "nullslast"
            order=id.asc.nullslasttt => "failed to parse order (id.asc.nullslasttt)" (line 1, column 17) => unexpected 't' expecting "," or end of input
            order=id.descc => "failed to parse order (id.descc)" (line 1, column 8) => unexpected 'c' expecting delimiter (.), "," or end of input
            select=: => "failed to parse select parameter (:)" (line 1, column 1) => unexpected ":" expecting field name (* or [a..z0..9_$])
            select=name:: => "failed to parse select parameter (name::)" (line 1, column 7) => unexpected end of input expecting letter or digit
            select=*!hint => "failed to parse select parameter (*!hint)" (line 1, column 2) => unexpected '!' expecting ")", "," or end of input
            """)
    void saysWhereAParameterLeavesItsGrammar(String query, String message, String details) {
        assertThatThrownBy(() -> read(query))
                .isInstanceOfSatisfying(
                        RestException.class,
                        e -> assertThat(e.error()).isEqualTo(new RestError.BadParameter(message, details)));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '\1', textBlock = """
            select=a( => BadParameter
            select=a(b => BadParameter
            select=a(b)) => BadParameter
            select=a,,b => BadParameter
            select=, => BadParameter
            select=a.sum => BadParameter
            select=a.median() => BadParameter
            select=id;delete => BadParameter
            select="unclosed => BadParameter
            order=id.desc;select 1 => BadParameter
            order= => BadParameter
            limit=abc => BadParameter
            limit=1;drop => BadParameter
            limit=-1 => NegativeLimit
            id=is.maybe => BadParameter
            id=fts().x => BadParameter
            id=eq(some).{1} => BadParameter
            a'b=eq.1 => BadParameter
            a;b=eq.1 => BadParameter
            columns=a;b => BadParameter
            on_conflict=a) => BadParameter
            other.id=eq.1 => NotEmbedded
            other.order=id => NotEmbedded
            or=(a.eq.1 => BadParameter
            or=a.eq.1 => BadParameter
            a=%zz => BadParameter
            a=%f => BadParameter
            a=eq.%ff%fe => BadParameter
            a=eq.%00 => BadParameter
            %00=eq.1 => BadParameter
            a=eq.%c0%80 => BadParameter
            """)
    void refusesEverythingElse(String query, String error) {
        assertThatThrownBy(() -> read(query))
                .isInstanceOfSatisfying(
                        RestException.class,
                        e -> assertThat(e.error().getClass().getSimpleName()).isEqualTo(error));
    }

    @Test
    void refusesDepthAndLengthBeforeTheyCost() {
        String embeds = "select=" + "a(".repeat(5_000) + ")".repeat(5_000);
        String brackets = "or=" + "(and".repeat(5_000) + "(a.eq.1" + ")".repeat(5_001);
        String conditions = "or=(" + "a.eq.1,".repeat(5_000) + "a.eq.1)";
        String items = "select=" + "a,".repeat(5_000) + "a";
        String filters = "a=eq.1&".repeat(5_000);
        for (String query : new String[] {embeds, brackets, conditions, items, filters}) {
            assertThatThrownBy(() -> read(query))
                    .isInstanceOfSatisfying(
                            RestException.class, e -> assertThat(e.error()).isInstanceOf(RestError.TooComplex.class));
        }
    }

    @Test
    void readsRawCharactersAsTheyStandInAForm() {
        assertThat(QueryString.parse("a=\uD83D\uDE00&\u00fc=%F0%9F%98%80+\u20ac")
                        .parameters())
                .containsExactly(
                        new QueryString.Parameter("a", "\uD83D\uDE00"),
                        new QueryString.Parameter("\u00fc", "\uD83D\uDE00 \u20ac"));
    }

    @Test
    void readsManyColumnsOnceEachAndInOrder() {
        StringBuilder columns = new StringBuilder("columns=zz");
        for (int i = 0; i < 20_000; i++) columns.append(",c").append(i).append(",zz");
        List<String> read =
                parameters(new Bindings(), columns.toString(), false).columns.orElseThrow();
        assertThat(read).hasSize(20_001).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void takesAHugeListAsOneValue() {
        String list = "1,".repeat(99_999) + "1";
        Bindings bindings = new Bindings();
        var root = parameters(bindings, "id=in.(" + list + ")", false).root;
        assertThat(new Shown(bindings).filter(new Selections(bindings).filter(root)))
                .hasSizeGreaterThan(400_000);
    }

    @Test
    void keepsValuesOutOfTheShape() {
        Bindings one = new Bindings();
        Bindings two = new Bindings();
        var first = new Selections(one)
                .rows(parameters(one, "id=eq.1&limit=5", false).root, new RowRange(0, java.util.OptionalLong.of(5)));
        var second = new Selections(two)
                .rows(
                        parameters(two, "id=eq.'; drop table x; --&limit=5", false).root,
                        new RowRange(0, java.util.OptionalLong.of(5)));
        assertThat(first).isEqualTo(second);
    }

    @Test
    void tellsArgumentsOfACallFromConditions() {
        Bindings bindings = new Bindings();
        Parameters parameters = parameters(bindings, "a=1&b=x.y&c=eq.5&d=not&select=id", true);
        assertThat(parameters.arguments).extracting(QueryString.Parameter::name).containsExactly("a", "b", "d");
        assertThat(new Shown(bindings).filter(new Selections(bindings).filter(parameters.root)))
                .isEqualTo("(c EQ <5>)");
    }

    @Test
    void namesTheAliasWhenRelationNamesAreNotTaken() {
        Parameters strict = new Parameters(new Bindings(), LIMITS, false, false);
        assertThatThrownBy(() -> strict.read(QueryString.parse("select=c:client(id)&client.id=eq.1")))
                .isInstanceOfSatisfying(
                        RestException.class,
                        e -> assertThat(e.error()).isEqualTo(new RestError.NotEmbedded("client", Optional.of("c"))));
    }

    /** Whatever comes in, it is read or refused by a typed error. */
    @Test
    void neverFailsOtherwise() {
        Random random = new Random(20260101);
        String alphabet = "ab1().,:->\"\\!*{}_ not.or=andeqisnulli%2528&;'\u0000ü\uD83D\uDE00";
        String[] starts = {"select=", "or=", "order=", "a=", "a=in.", "and=(", "columns=", "limit=", "a.b=", ""};
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            StringBuilder query = new StringBuilder(starts[random.nextInt(starts.length)]);
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) query.append(alphabet.charAt(random.nextInt(alphabet.length())));
            try {
                read(query.toString());
            } catch (RestException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 59_999);
    }

    private static String read(String query) {
        Bindings bindings = new Bindings();
        Parameters parameters = parameters(bindings, query.equals("''") ? "" : query, false);
        RowRange range = RowRange.of(parameters.root.limit, parameters.root.offset, Optional.empty());
        return new Shown(bindings).selection(new Selections(bindings).rows(parameters.root, range));
    }

    private static Parameters parameters(Bindings bindings, String query, boolean readingCall) {
        return new Parameters(bindings, LIMITS, readingCall, true).read(QueryString.parse(query));
    }
}
