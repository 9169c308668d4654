package dev.galley.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PgOutputReaderTest {

    /** Writes messages as the server does. */
    private static final class Wire {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        Wire letter(char letter) throws IOException {
            out.writeByte(letter);
            return this;
        }

        Wire number(int number) throws IOException {
            out.writeInt(number);
            return this;
        }

        Wire large(long number) throws IOException {
            out.writeLong(number);
            return this;
        }

        Wire small(int number) throws IOException {
            out.writeShort(number);
            return this;
        }

        Wire string(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.writeByte(0);
            return this;
        }

        Wire text(String text) throws IOException {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeByte('t');
            out.writeInt(utf8.length);
            out.write(utf8);
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    private static List<byte[]> everyKind() throws IOException {
        return List.of(
                new Wire().letter('B').large(0x1234).large(1_000_000).number(77).bytes(),
                new Wire()
                        .letter('C')
                        .letter('\0')
                        .large(0x1234)
                        .large(0x1240)
                        .large(1_000_000)
                        .bytes(),
                new Wire()
                        .letter('R')
                        .number(9)
                        .string("public")
                        .string("notes")
                        .letter('d')
                        .small(2)
                        .letter('\1')
                        .string("id")
                        .number(20)
                        .number(-1)
                        .letter('\0')
                        .string("töxt")
                        .number(25)
                        .number(-1)
                        .bytes(),
                new Wire()
                        .letter('Y')
                        .number(70_000)
                        .string("public")
                        .string("mood")
                        .bytes(),
                new Wire()
                        .letter('I')
                        .number(9)
                        .letter('N')
                        .small(2)
                        .text("1")
                        .letter('n')
                        .bytes(),
                new Wire()
                        .letter('U')
                        .number(9)
                        .letter('K')
                        .small(2)
                        .text("1")
                        .letter('n')
                        .letter('N')
                        .small(2)
                        .text("2")
                        .letter('u')
                        .bytes(),
                new Wire()
                        .letter('U')
                        .number(9)
                        .letter('N')
                        .small(2)
                        .text("2")
                        .text("é")
                        .bytes(),
                new Wire()
                        .letter('D')
                        .number(9)
                        .letter('O')
                        .small(2)
                        .text("2")
                        .text("")
                        .bytes(),
                new Wire().letter('T').number(1).letter('\1').number(9).bytes(),
                new Wire()
                        .letter('M')
                        .letter('\0')
                        .large(0x99)
                        .string("prefix")
                        .number(3)
                        .letter('a')
                        .letter('b')
                        .letter('c')
                        .bytes(),
                new Wire().letter('O').large(1).string("elsewhere").bytes());
    }

    @Test
    void readsEveryKindOfMessage() throws IOException {
        List<PgOutputMessage> read = everyKind().stream()
                .map(ByteBuffer::wrap)
                .map(PgOutputReader::read)
                .toList();
        assertThat(read.get(0)).isEqualTo(new PgOutputMessage.Begin(0x1234, Instant.parse("2000-01-01T00:00:01Z")));
        assertThat(read.get(2)).isInstanceOfSatisfying(PgOutputMessage.Relation.class, relation -> {
            assertThat(relation.columns()).hasSize(2);
            assertThat(relation.columns().get(1).name()).isEqualTo("töxt");
            assertThat(relation.columns().get(0).identity()).isTrue();
        });
        assertThat(read.get(5)).isInstanceOfSatisfying(PgOutputMessage.Update.class, update -> {
            assertThat(update.old().orElseThrow().text(0)).contains("1");
            assertThat(update.row().isUnchanged(1)).isTrue();
            assertThat(update.row().isNull(1)).isFalse();
        });
        assertThat(read.get(7))
                .isInstanceOfSatisfying(
                        PgOutputMessage.Delete.class,
                        delete -> assertThat(delete.old().text(1)).contains(""));
        assertThat(read.get(9)).isInstanceOfSatisfying(PgOutputMessage.Message.class, message -> {
            assertThat(message.transactional()).isFalse();
            assertThat(message.lsn()).isEqualTo(0x99);
            assertThat(message.content().remaining()).isEqualTo(3);
        });
    }

    @Test
    void aMessageCutAnywhereIsRefused() throws IOException {
        for (byte[] message : everyKind()) {
            for (int length = 0; length < message.length; length++) {
                byte[] cut = Arrays.copyOf(message, length);
                assertThatThrownBy(() -> PgOutputReader.read(ByteBuffer.wrap(cut)))
                        .isInstanceOf(PgOutputReader.Malformed.class);
            }
            byte[] longer = Arrays.copyOf(message, message.length + 1);
            assertThatThrownBy(() -> PgOutputReader.read(ByteBuffer.wrap(longer)))
                    .isInstanceOf(PgOutputReader.Malformed.class);
        }
    }

    @Test
    void damagedMessagesAreReadOrRefusedButNothingElse() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] message = everyKind().get(random.nextInt(everyKind().size())).clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            ChangeAssembler assembler = new ChangeAssembler(1, _ -> "unknown");
            try {
                assembler.accept(PgOutputReader.read(ByteBuffer.wrap(message)));
            } catch (PgOutputReader.Malformed expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void changesOfUnknownRelationsOrOutsideTransactionsAreRefused() throws IOException {
        ChangeAssembler assembler = new ChangeAssembler(1, _ -> "unknown");
        PgOutputMessage insert = PgOutputReader.read(ByteBuffer.wrap(everyKind().get(4)));
        assertThatThrownBy(() -> assembler.accept(insert)).isInstanceOf(PgOutputReader.Malformed.class);
        assembler.accept(PgOutputReader.read(ByteBuffer.wrap(everyKind().get(2))));
        assertThatThrownBy(() -> assembler.accept(insert)).isInstanceOf(PgOutputReader.Malformed.class);
        assembler.accept(PgOutputReader.read(ByteBuffer.wrap(everyKind().get(0))));
        assertThat(assembler.accept(insert).orElseThrow().position()).isEqualTo(new Position(1, 0x1234, 1));
    }

    @Test
    void positionsArePrintedReadAndOrdered() {
        Position middle = new Position(0x7f3a09c1, 0x16B3748L, 5);
        assertThat(middle).hasToString("7f3a09c1-16B3748-5");
        assertThat(Position.parse("7f3a09c1-16B3748-5")).contains(middle);
        assertThat(Position.parse(Position.endOf(-1, -1L).toString())).contains(Position.endOf(-1, -1L));
        assertThat(new Position(0, -1L, 1).isAfter(new Position(0, 1, 2))).isTrue();
        assertThat(Position.endOf(0, 5).isAfter(new Position(0, 5, 9))).isTrue();
        for (String wrong :
                List.of("", "7f3a09c1-16B3748", "7f3a09c1-16B3748-99999999999", "x-1-1", "7f3a09c1-16B3748-5 ")) {
            assertThat(Position.parse(wrong)).as(wrong).isEqualTo(Optional.empty());
        }
    }
}
