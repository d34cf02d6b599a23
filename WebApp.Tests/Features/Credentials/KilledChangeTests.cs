using WebApp.Features.Credentials;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>Each change of a credential, killed at each of its statements in turn: all of it happened, or nothing.</summary>
public sealed class KilledChangeTests
{
    private const int MostStatements = 60;

    // Whole rows: a change that is half made shows somewhere.
    private const string RowsSql = """
        SELECT concat_ws(' | ',
            (SELECT u::text FROM users u WHERE u.id = $1),
            (SELECT string_agg(concat_ws(',', s.id, s.revoked_at, s.revoked_reason, s.token_version), ';' ORDER BY s.id) FROM sessions s WHERE s.user_id = $1),
            (SELECT string_agg(a::text, ';' ORDER BY a.id) FROM api_tokens a WHERE a.user_id = $1),
            (SELECT t::text FROM totp_credentials t WHERE t.user_id = $1),
            (SELECT string_agg(r::text, ';' ORDER BY r.id) FROM recovery_codes r WHERE r.user_id = $1),
            (SELECT string_agg(p::text, ';' ORDER BY p.credential_id) FROM user_passkeys p WHERE p.user_id = $1),
            (SELECT string_agg(o::text, ';' ORDER BY o.id) FROM one_time_secrets o WHERE o.user_id = $1),
            (SELECT string_agg(k::text, ';' ORDER BY k.id) FROM known_devices k WHERE k.user_id = $1),
            (SELECT string_agg(l::text, ';' ORDER BY l.id) FROM external_logins l WHERE l.user_id = $1),
            (SELECT string_agg(p::text, ';' ORDER BY p.id) FROM pending_sign_ins p WHERE p.user_id = $1),
            (SELECT string_agg(r::text, ';' ORDER BY r.role_id) FROM user_roles r WHERE r.user_id = $1),
            (SELECT count(*) || ' mails' FROM outbox_messages),
            (SELECT count(*) || ' events' FROM security_events e WHERE e.user_id = $1))
        """;

    private readonly TransactionGate gate = new();
    private TestApp app = null!;

    // The first is two changes, one after the other.
    private static IEnumerable<TestCaseData> Changes => Every.Skip(1).Select(change => new TestCaseData(change).SetArgDisplayNames(change.Name));

    private static IEnumerable<Revocation> Every => Revocation.All.Concat(Revocation.OfFactors);

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync(adjust: gate.Install, settings: ScriptedProvider.Unreachable);

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [Test]
    public void Every_row_of_the_table_of_changes_is_among_them() => Assert.That(Every.Select(change => change.Change).OfType<CredentialChange>(), Is.EquivalentTo(CredentialChange.All));

    [TestCaseSource(nameof(Changes))]
    public async Task A_change_that_is_killed_between_its_statements_is_made_whole_or_not_at_all(Revocation change)
    {
        using var scene = await RaceScene.NewAsync(app);
        scene.Ready = change.Prepare is { } prepare ? await prepare(scene) : "";
        await app.QueryAsync<object>(
            "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null)", scene.User.Id);
        await app.QueryAsync<object>(
            "INSERT INTO known_devices (id, user_id, browser_id, key_hash, created_at, last_seen_at, trusted_until) VALUES (gen_random_uuid(), $1, gen_random_uuid(), '', now(), now(), now() + interval '1 day')",
            scene.User.Id);
        var before = await RowsAsync(scene);
        var killed = 0;
        while (await KillAsync(change, scene, killed + 1))
        {
            killed++;
            Assert.That(killed, Is.LessThan(MostStatements));
            Assert.That(await RowsAsync(scene), Is.EqualTo(before), $"killed at statement {killed}");
        }

        Assert.That(killed, Is.GreaterThan(3), "it was killed at all");
        Assert.That(await RowsAsync(scene), Is.Not.EqualTo(before), "and made in the end");
    }

    // True where it was killed; false where it came to its end before.
    private static async Task<bool> KillAsync(Revocation change, RaceScene scene, int statement) => await Task.Run(async () =>
    {
        var countdown = StatementKiller.Arm(statement);
        try
        {
            Assert.That(await change.Run(scene, scene.Ready), Is.True);
        }
        catch (Exception) when (countdown.Fired)
        {
        }

        return countdown.Fired;
    });

    private Task<string?> RowsAsync(RaceScene scene) => app.QueryAsync<string>(RowsSql, scene.User.Id);
}
