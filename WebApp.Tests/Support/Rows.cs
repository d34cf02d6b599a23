namespace WebApp.Tests.Support;

/// <summary>What is in a database, to see that nothing was changed.</summary>
public static class Rows
{
    private const string Sql = """
        SELECT concat_ws(' ',
            (SELECT md5(string_agg(u::text, ';' ORDER BY u.id)) FROM users u),
            (SELECT md5(string_agg(r::text, ';' ORDER BY r.user_id)) FROM user_roles r),
            (SELECT md5(string_agg(r::text, ';' ORDER BY r.id)) FROM roles r),
            (SELECT md5(string_agg(g::text, ';' ORDER BY g.id)) FROM groups g),
            (SELECT md5(string_agg(m::text, ';' ORDER BY m.group_id, m.user_id)) FROM group_members m),
            (SELECT md5(string_agg(i::text, ';' ORDER BY i.id)) FROM group_invitations i),
            (SELECT count(*) || ' sessions, ' || count(revoked_at) || ' ended, ' || coalesce(sum(refresh_seq), 0) FROM sessions),
            (SELECT md5(string_agg(s::text, ';' ORDER BY s.id)) FROM one_time_secrets s),
            (SELECT md5(string_agg(r::text, ';' ORDER BY r.id)) FROM registrations r),
            (SELECT count(*) || ' devices, ' || count(coalesce(approved_at, denied_at)) || ' answered' FROM device_sign_ins),
            (SELECT count(*) || ' mails' FROM outbox_messages),
            (SELECT count(*) || ' events' FROM security_events))
        """;

    /// <summary>A text that differs when accounts, roles, groups, sessions, secrets, mails or events do. Only for an application of one's own.</summary>
    public static async Task<string> CountAsync(TestApp app) => (await app.QueryAsync<string>(Sql))!;
}
