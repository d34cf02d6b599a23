using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Alerts;

/// <summary>Administrators are notified soon, and not of everything by itself.</summary>
public sealed class DigestTests
{
    [Test]
    public async Task Thirty_alerts_are_at_most_two_mails_however_many_nodes_there_are()
    {
        await using var scene = await AlertScene.StartAsync("Alerts:AccountsPerAddress=2");
        await using var second = await scene.StartSecondAsync();
        await AttackFromAsync(scene, 1, 1);
        await scene.AllNotifiedAsync();
        Assert.That(await scene.DigestsAsync(), Is.EqualTo(["Alert at WebApp"]), "The first goes out at once.");

        await AttackFromAsync(scene, 2, 29);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(n => SendAsync(n % 2 == 0 ? scene.App : second)));
        Assert.That(await scene.DigestsAsync(), Has.Count.EqualTo(1), "The others wait.");
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(30));

        scene.App.Clock.Advance(TimeSpan.FromMinutes(5));
        second.Clock.Advance(TimeSpan.FromMinutes(5));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(n => SendAsync(n % 2 == 0 ? scene.App : second)));
        Assert.That(await scene.DigestsAsync(), Is.EqualTo(["29 alerts at WebApp", "Alert at WebApp"]));
        Assert.That(await SendAsync(scene.App), Is.Null);
    }

    [Test]
    public async Task What_was_not_sent_before_a_restart_is_sent_after_it()
    {
        await using var scene = await AlertScene.StartAsync("Alerts:AccountsPerAddress=2");
        await AttackFromAsync(scene, 1, 1);
        await scene.AllNotifiedAsync();
        await AttackFromAsync(scene, 2, 1);

        await using var restarted = await scene.StartSecondAsync();
        restarted.Clock.Advance(TimeSpan.FromMinutes(6));
        await SendAsync(restarted);
        Assert.That(await scene.DigestsAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Without_addresses_configured_every_administrator_who_can_sign_in_is_notified()
    {
        await using var app = await TestApp.StartAsync(settings: "Alerts:AddressesPerAccount=2");
        var (admin, closed, user) = (await app.CreateUserAsync(), await app.CreateUserAsync(), await app.CreateUserAsync());
        await app.QueryAsync<int>("INSERT INTO user_roles (user_id, role_id) SELECT unnest($1::uuid[]), $2", new[] { admin.Id, closed.Id }, Role.AdminId);
        await app.QueryAsync<int>("UPDATE users SET lockout_end = '9999-01-01' WHERE id = $1", closed.Id);
        await using var scene = new AlertScene(app, await WebhookReceiver.StartAsync());
        await scene.FailAsync("192.0.2.1", "account", user.Id);
        await scene.FailAsync("192.0.2.2", "account", user.Id);
        await scene.AllNotifiedAsync();

        Assert.That(await Mailbox.SubjectsAsync(admin.Email, app), Is.EqualTo(["Alert at WebApp"]));
        Assert.That(await Mailbox.SubjectsAsync(closed.Email, app), Is.Empty);
        Assert.That(scene.Receiver.Received, Is.Empty, "No webhook is configured.");
    }

    private static async Task AttackFromAsync(AlertScene scene, int first, int count)
    {
        for (var n = first; n < first + count; n++)
        {
            await scene.FailAsync($"192.0.2.{n}", $"one {n}");
            await scene.FailAsync($"192.0.2.{n}", $"other {n}");
        }
    }

    private static Task<TimeSpan?> SendAsync(TestApp node) => node.Services.GetRequiredService<AdministratorDigest>().SendDueAsync(CancellationToken.None);
}
