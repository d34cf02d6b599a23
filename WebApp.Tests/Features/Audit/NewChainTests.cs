using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit.Chain;
using WebApp.Operations.Doctor;
using WebApp.Tests.Operations.Commands;

namespace WebApp.Tests.Features.Audit;

/// <summary>The chain's row is damaged: nothing is sealed until an operator begins a new chain, whose first event says why.</summary>
public sealed class NewChainTests
{
    private const string Reason = "restored from a backup by mistake";

    private static readonly string[] Damages =
    [
        "UPDATE audit_chain SET head_seq = head_seq + 5", "UPDATE audit_chain SET mac = head_hash", "DELETE FROM audit_chain", "UPDATE audit_chain SET anchor_seq = 2",
        "DELETE FROM audit_chain; INSERT INTO audit_chain SELECT * FROM old_chain",
        "UPDATE audit_chain SET anchor_seq = 9223372036854775807, head_seq = 9223372036854775807",
    ];

    [TestCaseSource(nameof(Damages))]
    public async Task It_begins_with_why_and_both_parts_are_verified(string damage)
    {
        await using var scene = await DamagedAsync(damage);
        Assert.That(scene.SealAsync, Throws.TypeOf<AuditChainException>());
        var (code, output, errors) = await CommandAsync(scene, "begin-new-chain", "--reason", Reason);
        Assert.That((code, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("The old chain: the row of audit_chain was").And.Contain("Done: event 9 begins a new chain").And.Contain(Reason));

        await scene.SealAsync();
        await scene.WriteAsync(2);
        await scene.SealAsync();
        var report = await scene.VerifyAsync();
        Assert.That(report.Faults.Select(fault => $"{fault}"), Is.Empty);
        Assert.That((report.Events, report.Waiting, report.IsSealingStopped), Is.EqualTo((12L, 0L, false)));
        var beginning = report.Beginnings.Single();
        Assert.That(beginning.Seq, Is.EqualTo(9));
        Assert.That(beginning.Why, Does.StartWith($"{Reason} (The row of audit_chain was ").And.Contain("Event 8 was the last").And.Contain($"Begun by {Environment.UserName}"));
        (code, output, _) = await CommandAsync(scene, "verify");
        Assert.That((code, output.Split('\n')[0]), Is.EqualTo((0, $"Note: {beginning}")));
        Assert.That((await CommandAsync(scene, "begin-new-chain", "--reason", Reason)).ExitCode, Is.EqualTo(2), "There is no need of another.");
    }

    [Test]
    public async Task What_is_done_to_either_part_afterwards_is_named()
    {
        foreach (var (change, fault) in new[]
        {
            ("DELETE FROM security_events WHERE seq = 1", "event 1 was removed"),
            ("DELETE FROM security_events WHERE seq = 8", "event 8 was removed"),
            ("DELETE FROM security_events WHERE seq = 9", "event 9 was removed"),
            ("DELETE FROM security_events WHERE seq = 12", "event 12 was removed"),
            ("UPDATE security_events SET detail = 'x' WHERE seq = 3", "was altered"),
            ("UPDATE security_events SET detail = 'x' WHERE seq = 9", "was altered"),
            ("UPDATE security_events SET kind = 'signed_in' WHERE seq = 9", "was altered"),
            ("UPDATE security_events SET chain_hash = mac WHERE seq = 9", "does not follow"),
            ("UPDATE security_events SET kind = 'audit_chain_begun' WHERE seq = 5", "was altered"),
        })
        {
            await using var scene = await DamagedAsync("DELETE FROM audit_chain");
            await CommandAsync(scene, "begin-new-chain", "--reason", Reason);
            await scene.WriteAsync(2);
            await scene.SealAsync();
            await scene.AssertWholeAsync();
            await scene.SqlAsync(change);
            Assert.That((await scene.VerifyAsync()).Faults.Select(found => $"{found}"), Has.Some.Contains(fault), change);
        }
    }

    [Test]
    public async Task What_was_damaged_before_stays_named_and_is_in_the_reason()
    {
        await using var scene = await DamagedAsync("DELETE FROM audit_chain");
        await scene.SqlAsync("UPDATE security_events SET detail = 'x' WHERE seq = 4");
        await scene.SqlAsync("INSERT INTO security_events (id, at, kind, seq) VALUES (gen_random_uuid(), now(), 'signed_in', 9223372036854775807)");
        Assert.That((await CommandAsync(scene, "begin-new-chain", "--reason", Reason)).ExitCode, Is.Zero);
        await scene.SealAsync();
        var report = await scene.VerifyAsync();
        Assert.That(report.Faults.Select(fault => fault.Seq), Is.EqualTo(new long?[] { 4, 10 }).Or.EqualTo(new long?[] { 4, 11 }), "The one that was put in beyond the end has a place of its own now.");
        Assert.That(report.Beginnings.Single().Why, Does.Contain(" faults."));
    }

    [Test]
    public async Task Retention_goes_over_the_break()
    {
        await using var scene = await DamagedAsync("DELETE FROM audit_chain");
        await CommandAsync(scene, "begin-new-chain", "--reason", Reason);
        await scene.SealAsync();
        scene.App.Clock.Advance(TimeSpan.FromDays(401));
        await scene.WriteAsync(2);
        await scene.SealAsync();
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.EqualTo(10));
        var report = await scene.VerifyAsync();
        Assert.That((report.IsWhole, report.Events, report.Beginnings.Count), Is.EqualTo((true, 2L, 0)));
    }

    [Test]
    public async Task A_second_break_begins_a_third_chain()
    {
        await using var scene = await DamagedAsync("DELETE FROM audit_chain");
        for (var times = 1; times <= 2; times++)
        {
            await CommandAsync(scene, "begin-new-chain", "--reason", Reason);
            await scene.SealAsync();
            await scene.WriteAsync(1);
            await scene.SealAsync();
            Assert.That((await scene.VerifyAsync()).Beginnings, Has.Count.EqualTo(times));
            await scene.AssertWholeAsync();
            await scene.SqlAsync("UPDATE audit_chain SET mac = head_hash");
        }
    }

    [Test]
    public async Task Doctor_and_verification_say_that_nothing_is_sealed_and_a_whole_chain_is_left_alone()
    {
        await using var scene = await DamagedAsync("DELETE FROM audit_chain");
        var doctor = scene.App.Services.GetRequiredService<AuditDiagnosis>();
        Assert.That((await doctor.LookAsync(default)).Single().Code, Is.EqualTo("audit_not_sealed"));
        var (code, output, _) = await CommandAsync(scene, "verify");
        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain("Nothing is sealed any more").And.Contain("WebApp audit begin-new-chain --reason TEXT"));

        foreach (var reason in new[] { "", "   ", "x" })
        {
            Assert.That((await CommandAsync(scene, "begin-new-chain", "--reason", reason)).Errors, Does.Contain("needs --reason TEXT"));
        }

        await CommandAsync(scene, "begin-new-chain", "--reason", Reason);
        Assert.That((await doctor.LookAsync(default)).Single().Code, Is.EqualTo("audit_chain"));
        var events = await scene.App.QueryAsync<long>("SELECT count(*) FROM security_events");
        var (refused, _, errors) = await CommandAsync(scene, "begin-new-chain", "--reason", Reason);
        Assert.That((refused, errors), Is.EqualTo((2, "WebApp: Nothing keeps the chain from being sealed: there is no need of a new one.\n")));
        Assert.That(await scene.App.QueryAsync<long>("SELECT count(*) FROM security_events"), Is.EqualTo(events));
    }

    // Eight sealed events, of which a row of the chain as it was after five is kept, and one that waits.
    private static async Task<AuditScene> DamagedAsync(string damage)
    {
        var scene = await AuditScene.StartAsync();
        await scene.WriteAsync(5);
        await scene.SealAsync();
        await scene.SqlAsync("CREATE TABLE old_chain AS TABLE audit_chain");
        await scene.WriteAsync(3);
        await scene.SealAsync();
        foreach (var statement in damage.Split("; "))
        {
            await scene.SqlAsync(statement);
        }

        await scene.WriteAsync(1);
        return scene;
    }

    private static Task<(int ExitCode, string Output, string Errors)> CommandAsync(AuditScene scene, params string[] arguments) =>
        ConsoleCommand.RunAsync(scene.App.ConnectionString, "", ["audit", .. arguments]);
}
