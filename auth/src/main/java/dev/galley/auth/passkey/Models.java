package dev.galley.auth.passkey;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The names of widespread authenticators: what a new passkey is called until its user renames it. */
final class Models {
    private static final String UNKNOWN = "Passkey";
    private static final Map<UUID, String> NAMES = Map.ofEntries(
            model("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
            model("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
            model("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
            model("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
            model("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
            model("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"),
            model("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "iCloud Keychain (Managed)"),
            model("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
            model("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
            model("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
            model("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
            model("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
            model("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
            model("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
            model("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"));

    private Models() {}

    static String name(Optional<UUID> model) {
        return model.map(NAMES::get).orElse(UNKNOWN);
    }

    private static Map.Entry<UUID, String> model(String aaguid, String name) {
        return Map.entry(UUID.fromString(aaguid), name);
    }
}
