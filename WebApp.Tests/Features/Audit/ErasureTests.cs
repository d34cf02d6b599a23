using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Accounts;
using WebApp.Features.Audit.Chain;
using WebApp.Platform.Http.Client;

namespace WebApp.Tests.Features.Audit;

public sealed class ErasureTests
{
    private AuditScene scene = null!;

    [SetUp]
    public async Task Start() => scene = await AuditScene.StartAsync();

    [TearDown]
    public async Task Stop() => await scene.DisposeAsync();

    [Test]
    public async Task An_erased_account_leaves_a_trail_that_verifies_and_does_not_name_it()
    {
        var user = await scene.App.CreateUserAsync();
        await scene.WriteAsync(1200, user.Id);
        var others = await scene.WriteAsync(2);
        await scene.SealAsync();
        await scene.WriteAsync(1, user.Id); // Not sealed yet when it is erased.
        var checkpoint = await scene.CheckpointAsync();
        await scene.SqlAsync("UPDATE users SET deletion_requested_at = now() - interval '31 days' WHERE id = $1", user.Id);

        await scene.App.Services.GetRequiredService<AccountErasure>().RunAsync(CancellationToken.None);
        await scene.SealAsync();

        await scene.AssertWholeAsync(checkpoint);
        Assert.That(await CountAsync("kind = 'sign_in_failed' AND salt IS NULL AND erasure_mac IS NOT NULL AND coalesce(user_id::text, actor_id::text, session_id::text, ip::text, user_agent, detail) IS NULL"), Is.EqualTo(1201));
        Assert.That(await CountAsync("user_id IS NOT NULL AND ip IS NOT NULL"), Is.EqualTo(others.Length));
    }

    [Test]
    public async Task An_erasure_that_was_copied_from_another_event_is_named()
    {
        var user = Guid.NewGuid();
        await scene.WriteAsync(2, user);
        var victim = (await scene.WriteAsync(1))[0];
        await scene.SealAsync();
        await EraseAsync(user);
        await scene.AssertWholeAsync();

        await scene.SqlAsync(
            """
            UPDATE security_events SET user_id = NULL, session_id = NULL, ip = NULL, user_agent = NULL, detail = NULL, salt = NULL,
                erasure_mac = (SELECT erasure_mac FROM security_events WHERE seq = 1) WHERE id = $1
            """,
            victim);

        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo([$"event 3 ({victim}) was erased, but not by the application"]));
    }

    [Test]
    public async Task What_an_administrator_did_to_others_is_still_shown_when_either_is_erased()
    {
        var (administrator, user) = (Guid.NewGuid(), Guid.NewGuid());
        await scene.WriteAsync(2, user, ClientInfo.By(administrator));
        await scene.WriteAsync(1, administrator);
        await scene.SealAsync();
        await scene.SqlAsync("CREATE TABLE before AS TABLE security_events");
        await EraseAsync(administrator);
        await scene.AssertWholeAsync();
        Assert.That(await scene.App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND actor_id = $2", user, administrator), Is.EqualTo(2));

        await scene.SqlAsync("UPDATE security_events SET actor_id = NULL WHERE user_id = $1", user);
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => fault.What), Is.EqualTo(["was altered", "was altered"]), "whoever did it cannot be taken out");
        await scene.SqlAsync("UPDATE security_events e SET actor_id = b.actor_id FROM before b WHERE b.id = e.id AND e.user_id IS NOT NULL");
        await EraseAsync(user);
        await scene.AssertWholeAsync();
        Assert.That(await CountAsync("user_id IS NOT NULL OR actor_id IS NOT NULL"), Is.Zero);
    }

    [TestCase("user_id = gen_random_uuid()")]
    [TestCase("detail = 'x'")]
    [TestCase("actor_id = gen_random_uuid()")]
    [TestCase("salt = '\\x00'")]
    [TestCase("kind = 'signed_in'")]
    [TestCase("erasure_mac = NULL")]
    public async Task An_erased_event_cannot_be_filled_again(string change)
    {
        var user = Guid.NewGuid();
        var id = (await scene.WriteAsync(1, user))[0];
        await scene.SealAsync();
        await EraseAsync(user);

        await scene.SqlAsync($"UPDATE security_events SET {change} WHERE id = $1", id);

        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => fault.EventId), Is.EqualTo(new Guid?[] { id }));
    }

    private async Task EraseAsync(Guid user)
    {
        await using var db = await scene.NewContextAsync();
        await scene.App.Services.GetRequiredService<AuditErasure>().RunAsync(db, user, CancellationToken.None);
    }

    private Task<long> CountAsync(string which) => scene.App.QueryAsync<long>($"SELECT count(*) FROM security_events WHERE {which}");
}
