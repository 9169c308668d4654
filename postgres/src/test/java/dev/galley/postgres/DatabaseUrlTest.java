package dev.galley.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.galley.postgres.DatabaseAddress.Tcp;
import dev.galley.postgres.DatabaseAddress.Tls;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @Test
    void readsEveryPartOfAUrl() {
        assertThat(DatabaseAddress.parse("postgresql://ann:secret@db.example:6543/shop?sslmode=verify-full"))
                .isEqualTo(new DatabaseAddress(
                        new Tcp("db.example", 6543), "shop", "ann", Optional.of("secret"), Tls.VERIFY_FULL));
    }

    @Test
    void decodesPercentEncodingInEveryPart() {
        var address = DatabaseAddress.parse("postgres://a%40b:p%3A%2F%3F%23%25%C3%A9+@h%6Fst/d%20b");
        assertThat(address)
                .isEqualTo(
                        new DatabaseAddress(new Tcp("host", 5432), "d b", "a@b", Optional.of("p:/?#%é+"), Tls.PREFER));
    }

    @Test
    void fillsInWhatIsMissingAsLibpqDoes() {
        var address = DatabaseAddress.parse("postgresql://bob@localhost");
        assertThat(address)
                .isEqualTo(new DatabaseAddress(new Tcp("localhost", 5432), "bob", "bob", Optional.empty(), Tls.PREFER));
        assertThat(DatabaseAddress.parse("postgresql://").user())
                .isEqualTo(OsUser.current().name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u@/db?host=/run/pg&port=6000",
                "postgresql://u@%2Frun%2Fpg:6000/db",
                "postgresql:///db?user=u&host=%2Frun%2Fpg&port=6000",
                "postgresql://u@ignored:1/other?host=/run/pg&port=6000&dbname=db"
            })
    void readsAUnixSocket(String url) {
        assertThat(DatabaseAddress.parse(url))
                .isEqualTo(new DatabaseAddress(
                        new UnixSocket(Path.of("/run/pg"), 6000), "db", "u", Optional.empty(), Tls.DISABLE));
    }

    @Test
    void readsAnIpv6Host() {
        assertThat(DatabaseAddress.parse("postgresql://u@[2001:db8::1]:6000/db").endpoint())
                .isEqualTo(new Tcp("2001:db8::1", 6000));
        assertThat(DatabaseAddress.parse("postgresql://u@[::1]/db").endpoint()).isEqualTo(new Tcp("::1", 5432));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://u@h/db | begin with postgresql://",
                "postgresql://u@h:port/db | port is not a number",
                "postgresql://u@h:0/db | between 1 and 65535",
                "postgresql://u@h:65536/db | between 1 and 65535",
                "postgresql://u:100%@h/db | two hexadecimal digits",
                "postgresql://u:%ff@h/db | not UTF-8",
                "postgresql://u@h/d%00b | %00",
                "postgresql://u@h/db?sslmode=maybe | sslmode must be",
                "postgresql://u@h/db?sslmode | name=value",
                "postgresql://u@h/db?pgbouncer=true | pgbouncer is not supported",
                "postgresql://u@h/db?sslrootcert=/etc/ca.pem | sslrootcert is only supported",
                "postgresql://u@h/db?channel_binding=require | channel_binding is only supported",
                "postgresql://u@h1,h2/db | several hosts",
                "postgresql://u@h1:1,h2:2/db | several hosts",
                "postgresql://u@[::1/db | closing bracket"
            })
    void refusesWhatItCannotUseAndSaysWhy(String url, String reason) {
        assertThatThrownBy(() -> DatabaseAddress.parse(url))
                .isInstanceOfSatisfying(
                        PostgresException.class,
                        e -> assertThat(e.kind()).isEqualTo(PostgresException.Kind.BAD_ADDRESS))
                .hasMessageContaining(reason);
    }

    @Test
    void noErrorRepeatsThePassword() {
        assertThatThrownBy(() -> DatabaseAddress.parse("postgresql://u:hunter2:@h:hunter2/db?x=hunter2"))
                .message()
                .doesNotContain("hunter2");
        assertThat(DatabaseAddress.parse("postgresql://u:hunter2@h/db").toString())
                .doesNotContain("hunter2");
        for (String slip :
                List.of("a?hunter2=x", "a/hunter2", "12/hunter2", "12?hunter2=x", "a?x=hunter2", "a#hunter2/")) {
            assertThatThrownBy(() -> DatabaseAddress.parse("postgresql://u:" + slip + "@h/db"))
                    .as(slip)
                    .hasMessageNotContaining("hunter2")
                    .hasMessageContaining("percent-encoded");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://a%40b:p%3A%2F%3F%25@host:5432/d%20b",
                "postgresql://u@[::1]:6000/db?sslmode=require",
                "postgresql://u@/db?host=/run/pg&port=6000",
                "postgresql://u:p@/db?host=/a%20b"
            })
    void printsWhatItReads(String url) {
        assertThat(DatabaseAddress.parse(url).url()).isEqualTo(url);
    }
}
