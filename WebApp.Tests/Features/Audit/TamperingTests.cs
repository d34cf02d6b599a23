using WebApp.Features.Audit.Chain;

namespace WebApp.Tests.Features.Audit;

/// <summary>Whoever may write to the database but has no <c>MASTER_KEY</c>: whatever they do to the trail, verification names it.</summary>
public sealed class TamperingTests
{
    private const int Events = 9;
    private const int Fifth = 4;

    private AuditScene scene = null!;
    private Guid[] ids = [];

    private static string[] Columns =>
    [
        "at = at + interval '1 microsecond'", "at = 'infinity'", "at = '4713-01-01 BC'", "kind = 'signed_in'", "kind = ''",
        "user_id = NULL", "user_id = gen_random_uuid()", "session_id = NULL", "session_id = user_id",
        "ip = NULL", "ip = '203.0.113.8'", "ip = '203.0.113.7/24'", "ip = '::ffff:203.0.113.7'",
        "user_agent = NULL", "user_agent = ''", "user_agent = user_agent || ' '", "detail = NULL", "detail = 'unknown name'",
        "detail = user_agent, user_agent = detail", "actor_id = gen_random_uuid()", "actor_id = user_id", "actor_id = user_id, user_id = NULL",
        "salt = NULL", "salt = decode(repeat('00', 16), 'hex')", "personal_digest = NULL", "personal_digest = decode(repeat('00', 32), 'hex')",
        "mac = NULL", "mac = ''", "mac = decode(repeat('00', 32), 'hex')", "erasure_mac = mac",
        "user_id = NULL, session_id = NULL, ip = NULL, user_agent = NULL, detail = NULL, salt = NULL",
        "user_id = NULL, session_id = NULL, ip = NULL, user_agent = NULL, detail = NULL, salt = NULL, erasure_mac = mac",
        "chain_hash = NULL", "chain_hash = decode(repeat('00', 32), 'hex')", "id = gen_random_uuid()", "seq = NULL, chain_hash = NULL", "seq = 1000",
    ];

    [OneTimeSetUp]
    public async Task Prepare()
    {
        scene = await AuditScene.StartAsync();
        await scene.WriteAsync(Events);
        await scene.SealAsync();

        // In the chain's order, which is the order of ids: those of one millisecond are in none.
        ids = (await scene.App.QueryAsync<Guid[]>("SELECT array_agg(id ORDER BY seq) FROM security_events"))!;
        await scene.AssertWholeAsync();
        await scene.SqlAsync("CREATE TABLE saved_events AS TABLE security_events");
        await scene.SqlAsync("CREATE TABLE saved_chain AS TABLE audit_chain");
    }

    [TearDown]
    public async Task Restore()
    {
        await scene.SqlAsync("TRUNCATE security_events, audit_chain");
        await scene.SqlAsync("INSERT INTO security_events SELECT * FROM saved_events");
        await scene.SqlAsync("INSERT INTO audit_chain SELECT * FROM saved_chain");
        await scene.AssertWholeAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await scene.DisposeAsync();

    [TestCaseSource(nameof(Columns))]
    public async Task An_edited_column_is_named(string change)
    {
        await scene.SqlAsync($"UPDATE security_events SET {change} WHERE id = $1", ids[Fifth]);

        var report = await scene.VerifyAsync();

        var first = report.Faults[0];
        Assert.That(first.EventId == ids[Fifth] || first.Seq == Fifth + 1, Is.True, $"{first}");
        TestContext.Out.WriteLine(first);
    }

    [TestCase(0)]
    [TestCase(Fifth)]
    [TestCase(Events - 1)]
    public async Task A_removed_event_is_named(int which)
    {
        await scene.SqlAsync("DELETE FROM security_events WHERE id = $1", ids[which]);
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo([$"event {which + 1} was removed"]));
    }

    [Test]
    public async Task Removed_events_do_not_hide_what_comes_after()
    {
        await scene.SqlAsync("DELETE FROM security_events WHERE seq IN (2, 3)");
        await scene.SqlAsync("UPDATE security_events SET detail = 'x' WHERE seq = 8");
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo(["events 2 to 3 were removed", $"event 8 ({ids[7]}) was altered"]));
    }

    [TestCase("INSERT INTO security_events (id, at, kind) VALUES ('01900000-0000-7000-8000-000000000001', now(), 'signed_in')")]
    [TestCase("INSERT INTO security_events (id, at, kind, seq) VALUES ('01900000-0000-7000-8000-000000000001', now(), 'signed_in', 10)")]
    [TestCase("INSERT INTO security_events (id, at, kind, seq) VALUES ('01900000-0000-7000-8000-000000000001', now(), 'signed_in', 0)")]
    [TestCase("INSERT INTO security_events (id, at, kind, seq) VALUES ('01900000-0000-7000-8000-000000000001', now(), 'signed_in', -5)")]
    [TestCase(Copy)]
    public async Task An_inserted_event_is_named(string insert)
    {
        await scene.SqlAsync(insert);
        var inserted = Guid.Parse("01900000-0000-7000-8000-000000000001");
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => fault.EventId), Has.Member(inserted));

        // Also after the sealer has come by, which gives it a place and no more.
        try
        {
            await scene.SealAsync();
        }
        catch (AuditChainException)
        {
        }

        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => fault.EventId), Has.Member(inserted));
    }

    [Test]
    public async Task Two_events_that_changed_places_are_named()
    {
        await scene.SqlAsync(
            """
            UPDATE security_events SET seq = -seq WHERE seq IN (4, 6);
            UPDATE security_events e SET seq = 10 + e.seq, chain_hash = s.chain_hash FROM saved_events s WHERE s.seq = 10 + e.seq AND e.seq IN (-4, -6)
            """);
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => fault.Seq), Is.EqualTo(new long?[] { 4, 5, 6, 7 }).Or.EqualTo(new long?[] { 4, 6 }));
    }

    [Test]
    public async Task Two_events_whose_contents_changed_places_are_named()
    {
        await scene.SqlAsync("UPDATE security_events e SET detail = s.detail, user_id = s.user_id, at = s.at FROM saved_events s WHERE s.seq = 10 - e.seq AND e.seq IN (4, 6)");
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => fault.Seq), Is.EqualTo(new long?[] { 4, 6 }));
    }

    [TestCase("sha256(s.mac)")]
    [TestCase("sha256(s.chain_hash || s.mac)")]
    public async Task Sealing_anew_without_the_key_is_named(string hash)
    {
        await scene.SqlAsync($"DELETE FROM security_events WHERE seq = 5");
        // By way of negative numbers: each row's number is unique at every moment.
        await scene.SqlAsync($"UPDATE security_events e SET seq = 1 - e.seq, chain_hash = {hash} FROM saved_events s WHERE e.id = s.id AND e.seq > 5");
        await scene.SqlAsync("UPDATE security_events SET seq = -seq WHERE seq < 0");
        await scene.SqlAsync("UPDATE audit_chain SET head_seq = 8, head_hash = (SELECT chain_hash FROM security_events WHERE seq = 8)");

        var faults = (await scene.VerifyAsync()).Faults;

        Assert.That(faults.Select(fault => $"{fault}"), Has.Member("the row of audit_chain was altered"));
        Assert.That(faults.Select(fault => fault.Seq), Has.Member(5));
    }

    [TestCase("head_seq = head_seq - 1")]
    [TestCase("head_hash = mac")]
    [TestCase("anchor_seq = 3")]
    [TestCase("anchor_hash = mac")]
    [TestCase("mac = head_hash")]
    public async Task An_edited_chain_row_is_named_and_nothing_is_sealed(string change)
    {
        await scene.SqlAsync($"UPDATE audit_chain SET {change}");
        await scene.WriteAsync(1);

        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo(["the row of audit_chain was altered"]));
        Assert.That(scene.SealAsync, Throws.TypeOf<AuditChainException>());
        Assert.That(() => scene.PruneAsync(TimeSpan.FromDays(-1)), Throws.TypeOf<AuditChainException>());
    }

    [Test]
    public async Task A_removed_chain_row_is_named_and_not_made_anew()
    {
        await scene.SqlAsync("DELETE FROM audit_chain");
        await scene.WriteAsync(1);
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo(["the row of audit_chain was removed"]));
        Assert.That(scene.SealAsync, Throws.TypeOf<AuditChainException>());
    }

    [Test]
    public async Task An_old_head_put_back_is_named()
    {
        await scene.WriteAsync(3);
        await scene.SealAsync();
        await scene.SqlAsync("DELETE FROM audit_chain");
        await scene.SqlAsync("INSERT INTO audit_chain SELECT * FROM saved_chain");

        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo(["the row of audit_chain was set back: it ends at event 9, the events at 12"]));
        await scene.WriteAsync(1);
        Assert.That(scene.SealAsync, Throws.TypeOf<AuditChainException>());
    }

    [Test]
    public async Task The_newest_removed_with_an_old_head_put_back_is_named_by_a_checkpoint()
    {
        var old = await scene.CheckpointAsync();
        await scene.WriteAsync(3);
        await scene.SealAsync();
        var kept = await scene.CheckpointAsync();
        await scene.SqlAsync("DELETE FROM security_events WHERE seq > 9");
        await scene.SqlAsync("DELETE FROM audit_chain");
        await scene.SqlAsync("INSERT INTO audit_chain SELECT * FROM saved_chain");

        await scene.AssertWholeAsync(old);
        Assert.That((await scene.VerifyAsync(old, kept)).Faults.Select(fault => $"{fault}"), Is.EqualTo([$"events 10 to 12 were removed, as the checkpoint of {kept[..20]} shows"]));

        // Grown over it, the chain is whole again, but another.
        await scene.WriteAsync(5);
        await scene.SealAsync();
        await scene.AssertWholeAsync(old);
        Assert.That((await scene.VerifyAsync(old, kept)).Faults.Select(fault => $"{fault}"), Is.EqualTo([$"event 12 is not the one that the checkpoint of {kept[..20]} knows"]));
    }

    [Test]
    public async Task Everything_removed_is_named_by_a_checkpoint()
    {
        var kept = await scene.CheckpointAsync();
        await scene.SqlAsync("TRUNCATE security_events, audit_chain");
        Assert.That((await scene.VerifyAsync(kept)).IsWhole, Is.False);
    }

    [Test]
    public async Task A_checkpoint_that_was_altered_is_named()
    {
        var kept = await scene.CheckpointAsync();
        await scene.AssertWholeAsync("", kept, kept);
        Assert.That((await scene.VerifyAsync(kept, kept.Replace(" 9 ", " 8 ", StringComparison.Ordinal))).Faults.Select(fault => $"{fault}"), Is.EqualTo(["line 2 of the checkpoints was not written by the application"]));
        Assert.That((await scene.VerifyAsync("no line of ours")).IsWhole, Is.False);
    }

    // A genuine event, MAC and all, under another id.
    private const string Copy = """
        INSERT INTO security_events (id, at, kind, user_id, session_id, ip, user_agent, detail, salt, personal_digest, mac)
        SELECT '01900000-0000-7000-8000-000000000001', at, kind, user_id, session_id, ip, user_agent, detail, salt, personal_digest, mac FROM security_events WHERE seq = 5
        """;
}
