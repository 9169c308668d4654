package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RowPrinterTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = Shop.open();
        shop.script("create table shop.holes (id int primary key, t text, j jsonb, a text[], n json, b boolean);"
                + "insert into shop.holes values (1, null, '{\"x\": null, \"y\": {\"z\": null, \"k\": 1}}', '{NULL,a}', 'null', true),"
                + " (2, 'a,b', '{\"q\": \"é \\\"\"}', '{}', null, false), (3, '', null, null, '1', null),"
                + " (4, E'l\\n\"q\"\\\\', 'null', '{\"x y\"}', '[1, 2]', null)");
        shop = shop.with(Shop.SETTINGS);
    }

    private static String print(ResultFormat format, String... columns) {
        Ask ask = new Ask().columns(columns).orderBy("id");
        return shop.body(ask.from("holes"), ask.bindings, format);
    }

    @Test
    void strippedFormatsLeaveOutNullsAtEveryDepth() {
        assertThat(print(ResultFormat.JSON_STRIPPED, "id", "t", "j", "a", "n")).isEqualTo("""
                [{"id":1,"j":{"y":{"k":1}},"a":[null,"a"]},{"id":2,"t":"a,b","j":{"q":"é \\""},"a":[]},\
                {"id":3,"t":"","n":1},{"id":4,"t":"l\\n\\"q\\"\\\\","a":["x y"],"n":[1,2]}]""");
        Ask embed = new Ask()
                .columns("id")
                .items(Ask.embed("passports", "number"), Ask.embed("orders!customer_id", "id", "note"))
                .orderBy("id")
                .limit(2);
        assertThat(shop.body(embed.from("customers"), embed.bindings, ResultFormat.JSON_STRIPPED))
                .isEqualTo("""
                [{"id":1,"passports":{"number":"P1"},"orders":[{"id":10,"note":"first"},{"id":11}]},\
                {"id":2,"orders":[{"id":12,"note":"the quick fox"}]}]""");
    }

    @Test
    void objectsAreTheFirstRowAlone() {
        assertThat(print(ResultFormat.JSON_OBJECT, "id", "t")).isEqualTo("{\"id\":1,\"t\":null}");
        assertThat(print(ResultFormat.JSON_OBJECT_STRIPPED, "id", "t")).isEqualTo("{\"id\":1}");
        Ask none = new Ask().columns("id");
        none.where("id", Operator.EQ, "99");
        Shop.Answer answer = shop.run(none.from("holes"), none.bindings, ResultFormat.JSON_OBJECT);
        assertThat(answer.body()).isEqualTo("null");
        assertThat(answer.result().rows()).isZero();
        Ask all = new Ask().columns("id");
        assertThat(shop.run(all.from("holes"), all.bindings, ResultFormat.JSON_OBJECT)
                        .result()
                        .rows())
                .isEqualTo(4);
    }

    @Test
    void csvIsWhatARowLiteralOfPostgresIs() {
        List<String> literals =
                shop.sql("select substring(h::text, 2, length(h::text) - 2) from shop.holes h order by id");
        assertThat(print(ResultFormat.CSV, "id", "t", "j", "a", "n", "b"))
                .isEqualTo("id,t,j,a,n,b\n" + String.join("\n", literals));
        Ask none = new Ask().columns("id");
        none.where("id", Operator.EQ, "99");
        assertThat(shop.body(none.from("holes"), none.bindings, ResultFormat.CSV))
                .isEqualTo("\n");
    }

    @Test
    void emptyResultsAreEmptyArrays() {
        Ask none = new Ask().columns("id");
        none.where("id", Operator.EQ, "99");
        assertThat(shop.json(none.from("holes"), none.bindings)).isEqualTo("[]");
    }

    @Test
    void anAnswerThatIsTooLargeEndsTheRequestAndReleasesItsBuffer() {
        Ask ask = new Ask().columns("id");
        Plan plan = shop.plan(ask.from("customers"));
        Execution execution = plan.start(ask.bindings, ResultFormat.JSON, 30);
        ByteBuf row = Unpooled.buffer().writeShort(1).writeInt(10).writeBytes("1234567890".getBytes());
        execution.steps().getFirst().rows().row(row);
        assertThatThrownBy(() -> execution.steps().getFirst().rows().row(row))
                .isInstanceOfSatisfying(
                        ResultTooLarge.class, e -> assertThat(e.maxBytes()).isEqualTo(30));
        execution.discard();
        ByteBuf huge = Unpooled.buffer().writeShort(1).writeInt(40).writeBytes(new byte[40]);
        Execution other = plan.start(ask.bindings, ResultFormat.CSV, 30);
        assertThatThrownBy(() -> other.steps().getFirst().rows().row(huge)).isInstanceOf(ResultTooLarge.class);
        other.discard();
    }

    @Test
    void rowsAreCountedWhileTheyArrive() {
        Ask ask = new Ask().columns("id");
        Execution execution = shop.plan(ask.from("customers")).start(ask.bindings, ResultFormat.JSON, 100);
        ByteBuf row = Unpooled.buffer().writeShort(1).writeInt(1).writeBytes(new byte[] {'5'});
        assertThat(execution.rows()).isZero();
        execution.steps().getFirst().rows().row(row);
        execution.steps().getFirst().rows().row(row);
        assertThat(execution.rows()).isEqualTo(2);
        Execution.Result result =
                execution.result(new dev.galley.postgres.RequestTransaction.Outcome(List.of(2L), true));
        assertThat(result.body().toString(java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("[{\"id\":5},{\"id\":5}]");
        assertThat(result.total()).isEmpty();
        assertThat(result.headers()).isEqualTo(Optional.empty());
        result.body().release();
        assertThat(result.body().refCnt()).isZero();
    }
}
