package dev.galley.auth.admin;

import static dev.galley.auth.edge.Endpoint.Access.ADMIN;

import dev.galley.auth.edge.Route;
import dev.galley.auth.flow.Parts;
import java.util.List;

/** The endpoints of administration. */
public final class AdminRoutes {
    private AdminRoutes() {}

    public static List<Route> of(Parts parts) {
        UserAdmin users = new UserAdmin(parts);
        return List.of(
                Route.get("/admin/audit", ADMIN, new ListAudit(parts)),
                Route.get("/admin/users", ADMIN, new ListUsers(parts)),
                Route.post("/admin/users", ADMIN, users::create),
                Route.get("/admin/users/:uid", ADMIN, users::get),
                Route.put("/admin/users/:uid", ADMIN, users::update),
                Route.delete("/admin/users/:uid", ADMIN, new DeleteUser(parts)),
                Route.post("/invite", ADMIN, new Invite(parts)),
                Route.post("/admin/generate_link", ADMIN, new GenerateLink(parts)));
    }
}
