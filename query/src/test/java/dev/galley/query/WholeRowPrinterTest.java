package dev.galley.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.schema.MediaHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An answer that PostgreSQL made whole, as it comes over the wire. */
class WholeRowPrinterTest {
    private static final Compiled COUNTED =
            new Compiled("", new Parameters(), Compiled.Shape.WHOLE, List.of(), true, List.of(), Optional.empty());

    private static ByteBuf row(String... columns) {
        ByteBuf row = Unpooled.buffer().writeShort(columns.length);
        for (String column : columns) {
            if (column.equals("NULL")) {
                row.writeInt(-1);
            } else {
                byte[] utf8 = column.getBytes(StandardCharsets.UTF_8);
                row.writeInt(utf8.length).writeBytes(utf8);
            }
        }
        return row;
    }

    private static RowPrinter printer(boolean binary, int maxBytes) {
        var handler = new MediaHandler("image/png", new MediaHandler.Value(), binary);
        return RowPrinter.of(COUNTED, new Handled(handler), 16, maxBytes);
    }

    private static byte[] printed(boolean binary, String body) {
        RowPrinter printer = printer(binary, 1000);
        try {
            printer.row(row("7", "3", body));
            printer.end();
            assertThat(printer.total()).isEqualTo(7);
            assertThat(printer.rows()).isEqualTo(3);
            return ByteBufUtil.getBytes(printer.out);
        } finally {
            printer.out.release();
        }
    }

    @Test
    void textIsCopied() {
        assertThat(printed(false, "\\x41 é")).isEqualTo("\\x41 é".getBytes(StandardCharsets.UTF_8));
        assertThat(printed(false, "NULL")).isEmpty();
    }

    @Test
    void bytesComeInEitherOfTheirTextForms() {
        byte[] bytes = {(byte) 0x89, 'P', 0, '\\', (byte) 0xff};
        assertThat(printed(true, "\\x8950005cff")).isEqualTo(bytes);
        assertThat(printed(true, "\\211P\\000\\\\\\377")).isEqualTo(bytes);
        assertThat(printed(true, "\\x")).isEmpty();
        assertThat(printed(true, "")).isEmpty();
    }

    @Test
    void aSecondRunReplacesTheFirstAndNothingPassesTheLimit() {
        RowPrinter printer = printer(true, 4);
        printer.row(row("NULL", "1", "\\x01020304"));
        assertThat(printer.restart()).isTrue();
        printer.row(row("NULL", "0", "\\x05"));
        assertThat(ByteBufUtil.getBytes(printer.out)).containsExactly(5);
        assertThat(printer.rows()).isZero();
        assertThatThrownBy(() -> printer.row(row("NULL", "1", "\\x0102030405"))).isInstanceOf(ResultTooLarge.class);
        printer.out.release();
    }
}
