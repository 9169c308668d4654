package dev.galley.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static byte[] utf8(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsTheTextOfBothVersions() {
        Inbound.Event expected = (Inbound.Event) Protocol.V2.text(utf8("['1','2','t','e',{'a':1}]"));
        assertThat(expected.joinRef()).isEqualTo("1");
        assertThat(expected.ref()).isEqualTo("2");
        assertThat(expected.payload().toString()).isEqualTo("{\"a\":1}");
        assertThat(Protocol.V1.text(utf8("{'join_ref':'1','ref':'2','topic':'t','event':'e','payload':{'a':1}}")))
                .isEqualTo(expected);
        Inbound.Event numbers = (Inbound.Event) Protocol.V2.text(utf8("[null,7,'t','e','x',9]"));
        assertThat(numbers.joinRef()).isNull();
        assertThat(numbers.ref()).isEqualTo("7");
        assertThat(numbers.payload().isEmpty()).isTrue();
    }

    @Test
    void refusesWhatIsNoMessage() {
        for (String text : List.of(
                "",
                "x",
                "{}",
                "[]",
                "[1,2,3,4]",
                "['1','2',3,'e',{}]",
                "['1','2','t',null,{}]",
                "null",
                "['1','2','t','e',{}] x")) {
            assertThatThrownBy(() -> Protocol.V2.text(utf8(text))).as(text).isInstanceOf(Inbound.Malformed.class);
        }
        for (String text :
                List.of("[]", "{}", "{'topic':'t'}", "{'topic':1,'event':'e'}", "{'topic':'t','event':'e'}}")) {
            assertThatThrownBy(() -> Protocol.V1.text(utf8(text))).as(text).isInstanceOf(Inbound.Malformed.class);
        }
        assertThatThrownBy(() -> Protocol.V2.text(utf8("['1','2','t','e'," + "[".repeat(5_000))))
                .isInstanceOf(Inbound.Malformed.class);
        assertThatThrownBy(() -> Protocol.V2.text(utf8("['1','2','t','e',{'n':" + "9".repeat(5_000) + "}]")))
                .isInstanceOf(Inbound.Malformed.class);
        assertThatThrownBy(() -> Protocol.V1.binary(new byte[] {3, 0, 0, 0, 0, 0, 0}))
                .isInstanceOf(Inbound.Malformed.class);
    }

    /** Byte for byte what {@code realtime-js} sends: join_ref 1, ref 10, topic t, event e, metadata {}, JSON. */
    private static final byte[] PUSH = {
        3, 1, 2, 1, 1, 2, 1, '1', '1', '0', 't', 'e', '{', '}', '{', '"', 'a', '"', ':', '1', '}'
    };

    @Test
    void readsTheBinaryBroadcastOfTheClient() {
        Inbound.UserBroadcast read = BinaryFrames.read(PUSH);
        assertThat(read.joinRef()).isEqualTo("1");
        assertThat(read.ref()).isEqualTo("10");
        assertThat(read.topic()).isEqualTo("t");
        assertThat(read.event()).isEqualTo("e");
        assertThat(read.json()).isTrue();
        assertThat(read.payload()).asString().isEqualTo("{\"a\":1}");
    }

    @Test
    void refusesItCutAnywhereInItsHead() {
        for (int length = 0; length < 14; length++) {
            byte[] cut = Arrays.copyOf(PUSH, length);
            assertThatThrownBy(() -> BinaryFrames.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(Inbound.Malformed.class);
        }
        assertThat(BinaryFrames.read(Arrays.copyOf(PUSH, 14)).payload()).isEmpty();
        byte[] notUtf8 = PUSH.clone();
        notUtf8[10] = (byte) 0xff;
        assertThatThrownBy(() -> BinaryFrames.read(notUtf8)).isInstanceOf(Inbound.Malformed.class);
    }

    @Test
    void writesTheBinaryBroadcastOfTheServer() {
        assertThat(BinaryFrames.broadcast("realtime:t", "e", utf8("{'id':1}"), true, utf8("[2]")))
                .hasValueSatisfying(frame -> assertThat(frame)
                        .containsExactly(concat(new byte[] {4, 10, 1, 8, 1}, utf8("realtime:te{'id':1}[2]"))));
        assertThat(BinaryFrames.broadcast("x".repeat(256), "e", new byte[0], true, new byte[0]))
                .isEmpty();
    }

    @Test
    void fallsBackToTextWhereNamesAreTooLongAndNeverForBytes() {
        ChannelName longest = new ChannelName("x".repeat(300), false);
        assertThat(new Outgoing.UserBroadcast(longest, "e", true, utf8("{}")).frame(Protocol.V2))
                .isPresent();
        assertThat(new Outgoing.UserBroadcast(longest, "e", false, utf8("{}")).frame(Protocol.V2))
                .isEmpty();
        assertThat(new Outgoing.UserBroadcast(new ChannelName("t", false), "e", false, utf8("{}")).frame(Protocol.V1))
                .isEmpty();
    }

    @Test
    void survivesNoise() {
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            byte[] noise = i % 3 == 0 ? PUSH.clone() : new byte[random.nextInt(1, 40)];
            if (i % 3 == 0) {
                noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            } else {
                random.nextBytes(noise);
                noise[0] = i % 3 == 1 ? 3 : noise[0];
            }
            reads(() -> Protocol.V2.binary(noise));
            reads(() -> Protocol.V2.text(noise));
            reads(() -> Protocol.V1.text(noise));
        }
    }

    private static void reads(Runnable reading) {
        try {
            reading.run();
        } catch (Inbound.Malformed refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @Test
    void knowsJsonFromWhatOnlyLooksLikeIt() {
        for (String good : List.of("{}", "[1,2]", "1", "'x'", " null ", "{'a':{'b':[]}}")) {
            assertThat(BroadcastPart.isJson(utf8(good))).as(good).isTrue();
        }
        for (String bad :
                List.of("", "{", "{}{}", "{},'topic':'other'", "{'a':}", "x", "{'a':1}]", "[" + "[".repeat(2_000))) {
            assertThat(BroadcastPart.isJson(utf8(bad))).as(bad).isFalse();
        }
    }

    @Test
    void whatNodesTellEachOtherIsReadAsItWasWritten() {
        ChannelName channel = new ChannelName("räum:1", true);
        PresenceTopic.Meta meta = new PresenceTopic.Meta("kéy", "ref", "{\"a\":1}");
        List<LinkMessage> messages = List.of(
                new LinkMessage.Sent(new Outgoing.Text(channel, "broadcast", "{}")),
                new LinkMessage.Presence(new PresenceChange.Joined(channel, 1L << 40, meta)),
                new LinkMessage.Presence(new PresenceChange.Left(new ChannelName("", false), -1)),
                new LinkMessage.StateBegin(),
                new LinkMessage.StateEnd(),
                new LinkMessage.Beat(),
                new LinkMessage.Bye());
        for (LinkMessage message : messages) {
            byte[] frame = LinkMessage.encode(message);
            assertThat(LinkMessage.decode(Arrays.copyOfRange(frame, 4, frame.length)))
                    .isEqualTo(message);
        }
        Outgoing.UserBroadcast user =
                new Outgoing.UserBroadcast(channel, "e", false, new byte[] {0, 1}, utf8("{}"), Optional.of("id"));
        byte[] frame = LinkMessage.encode(new LinkMessage.Sent(user));
        byte[] body = Arrays.copyOfRange(frame, 4, frame.length);
        assertThat(LinkMessage.decode(body))
                .isInstanceOfSatisfying(
                        LinkMessage.Sent.class,
                        sent -> assertThat((Outgoing.UserBroadcast) sent.message())
                                .satisfies(read -> assertThat(read.payload()).containsExactly(0, 1))
                                .satisfies(read -> assertThat(read.metadata()).isEqualTo(utf8("{}")))
                                .satisfies(read -> assertThat(read.channel()).isEqualTo(channel)));
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> LinkMessage.decode(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatCode(() -> LinkMessage.decode(new byte[] {99})).doesNotThrowAnyException();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
