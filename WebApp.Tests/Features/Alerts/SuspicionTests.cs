using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WebApp.Features.Audit;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Alerts;

/// <summary>What the rules find, and that each is reported once.</summary>
public sealed class SuspicionTests
{
    private AlertScene scene = null!;

    [SetUp]
    public async Task Start() => scene = await AlertScene.StartAsync();

    [TearDown]
    public async Task Stop() => await scene.DisposeAsync();

    [Test]
    public async Task One_address_failing_on_20_accounts_is_one_alert_and_200_more_are_none()
    {
        scene.Receiver.Answer = attempt => attempt == 0 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;
        for (var account = 1; account < 20; account++)
        {
            await scene.FailAsync("192.0.2.7", $"name {account}");
            await scene.FailAsync("192.0.2.7", $"name {account}");
        }

        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.Zero, "19 are a bad day, however often.");
        await scene.FailAsync("192.0.2.7", "name 20");
        await Task.WhenAll(Enumerable.Range(21, 200).Select(account => scene.FailAsync("192.0.2.7", $"name {account}")));
        await scene.AllNotifiedAsync();
        await scene.AllSentAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(1));
            Assert.That(await scene.EventsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(1));
            Assert.That(await scene.DigestsAsync(), Is.EqualTo(["Alert at WebApp"]));
            Assert.That(scene.Receiver.Received, Has.Count.EqualTo(2), "The first was answered 500.");
        }

        AssertSigned(scene.Receiver.Received);
        var said = JsonDocument.Parse(scene.Receiver.Received[1].Body).RootElement;
        Assert.That(Answer.Members(said), Is.EquivalentTo(["id", "kind", "at", "ip_prefix", "count"]));
        Assert.That((said.GetProperty("kind").GetString(), said.GetProperty("ip_prefix").GetString(), said.GetProperty("count").GetInt32()), Is.EqualTo(("many_accounts_tried", "192.0.2.7", 20)));
    }

    [Test]
    public async Task An_attack_that_continues_is_reported_again_in_the_next_window()
    {
        await AttackAsync(20);
        scene.App.Clock.Advance(TimeSpan.FromMinutes(14));
        await AttackAsync(20);
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(1));

        scene.App.Clock.Advance(TimeSpan.FromMinutes(2));
        await scene.FailAsync("192.0.2.7", "name 1");
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(2), "The window slides: the 20 of two minutes ago count.");
    }

    [Test]
    public async Task Failures_longer_ago_than_the_window_do_not_count()
    {
        await AttackAsync(19);
        scene.App.Clock.Advance(TimeSpan.FromMinutes(16));
        await scene.FailAsync("192.0.2.7", "name 20");
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.Zero);
    }

    [Test]
    public async Task Addresses_of_one_IPv6_network_count_as_one_and_networks_are_distinguished()
    {
        await Task.WhenAll(Enumerable.Range(1, 20).Select(n => scene.FailAsync($"2001:db8:0:1::{n:x}", $"name {n}")));
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(1));
        Assert.That(await scene.App.QueryAsync<string>("SELECT ip_prefix FROM alerts"), Is.EqualTo("2001:db8:0:1::/64"));
        await Task.WhenAll(Enumerable.Range(1, 30).Select(n => scene.FailAsync($"2001:db8:1:{n:x}::1", $"other {n}")));
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAccountsTried), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_nodes_count_together_and_tell_once()
    {
        await using var second = await scene.StartSecondAsync();
        for (var round = 0; round < 5; round++)
        {
            var ip = $"198.51.100.{round}";
            await Task.WhenAll(Enumerable.Range(1, 20).Select(n => scene.FailAsync(ip, $"name {round} {n}", node: n % 2 == 0 ? second : null)));
            Assert.That(await scene.App.QueryAsync<long>("SELECT count(*) FROM alerts WHERE ip_prefix = $1", ip), Is.EqualTo(1), "Exactly 20, at once, over two nodes: never none, never two.");
        }

        await scene.AllSentAsync();
        Assert.That(scene.Receiver.Received.Select(post => post.Headers["Webhook-Id"]), Is.Unique.And.Exactly(5).Items);
    }

    [Test]
    public async Task Many_addresses_on_one_account_are_one_alert_and_one_mail()
    {
        var user = await scene.App.CreateUserAsync();
        await Task.WhenAll(Enumerable.Range(1, 60).Select(n => scene.FailAsync($"203.0.113.{n}", "the account", user.Id)));
        await scene.AllNotifiedAsync();
        await scene.AllSentAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAddressesTried), Is.EqualTo(1));
            Assert.That(await Mailbox.SubjectsAsync(user.Email, scene.App), Is.EqualTo(["Someone is trying passwords on your account at WebApp"]));
            Assert.That(await scene.DigestsAsync(), Has.Count.EqualTo(1));
            Assert.That(scene.Receiver.Received, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_name_without_an_account_alerts_administrators_alike()
    {
        await Task.WhenAll(Enumerable.Range(1, 30).Select(n => scene.FailAsync($"203.0.113.{n}", "nobody")));
        await scene.AllNotifiedAsync();
        Assert.That(await scene.AlertsAsync(SecurityEventKind.ManyAddressesTried), Is.EqualTo(1));
    }

    [Test]
    public async Task A_new_device_mails_its_user_once_with_the_way_back_and_no_secret_in_the_webhook()
    {
        var user = await scene.App.CreateUserAsync();
        for (var n = 0; n < 3; n++)
        {
            await scene.SaveAsync(async (rules, db) => await rules.NewDeviceAsync(
                db, (await db.Users.FindAsync(user.Id))!, new(IPAddress.Parse("192.0.2.9"), "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), CancellationToken.None));
        }

        await scene.AllSentAsync();
        Assert.That(await Mailbox.SubjectsAsync(user.Email, scene.App), Is.EqualTo(["New sign-in to your account at WebApp"]));
        Assert.That(await scene.EventsAsync(SecurityEventKind.NewDevice), Is.EqualTo(1));
        Assert.That(await scene.DigestsAsync(), Is.Empty, "Administrators are not told of each new phone.");
        var link = await Mailbox.NewestAsync(user.Email, "/not-me", scene.App.BaseAddress);
        var hook = Encoding.UTF8.GetString(scene.Receiver.Received.Single().Body);
        Assert.That(hook, Does.Contain(user.Id.ToString()).And.Not.Contain("@").And.Not.Contain(link.Token).And.Not.Contain(AlertScene.Secret));

        using var visitor = new PageClient(scene.App);
        Assert.That((await visitor.GetAsync(link.Link)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_replayed_refresh_token_is_one_mail_one_alert_and_one_webhook()
    {
        var api = new ApiClient(scene.App);
        var user = await scene.App.CreateUserAsync();
        var stolen = await api.LoginAsync(user);
        await api.PostAsync("/auth/refresh", new { refresh_token = stolen.Refresh });
        scene.App.Clock.Advance(TimeSpan.FromSeconds(11));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.PostAsync("/auth/refresh", new { refresh_token = stolen.Refresh })));
        await scene.AllNotifiedAsync();
        await scene.AllSentAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Mailbox.SubjectsAsync(user.Email, scene.App), Has.Exactly(1).EqualTo("We ended a session of your account at WebApp"));
            Assert.That(await scene.DigestsAsync(), Has.Count.EqualTo(1));
            Assert.That(await scene.AlertsAsync(SecurityEventKind.RefreshTokenReused), Is.EqualTo(1));
            Assert.That(await scene.EventsAsync(SecurityEventKind.RefreshTokenReused), Is.EqualTo(1));
            Assert.That(scene.Receiver.Received.Select(post => Encoding.UTF8.GetString(post.Body)).Where(body => body.Contains("refresh_token_reused")), Has.Exactly(1).Items.And.All.Not.Contains(stolen.Refresh));
        }
    }

    private Task AttackAsync(int accounts) => Task.WhenAll(Enumerable.Range(1, accounts).Select(n => scene.FailAsync("192.0.2.7", $"name {n}")));

    private static void AssertSigned(IReadOnlyList<ReceivedPost> posts)
    {
        Assert.That(posts.Select(post => post.Headers["Webhook-Id"]).Distinct().ToArray(), Has.Length.EqualTo(1));
        foreach (var post in posts)
        {
            var content = $"{post.Headers["Webhook-Id"]}.{post.Headers["Webhook-Timestamp"]}.{Encoding.UTF8.GetString(post.Body)}";
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(AlertScene.Secret), Encoding.UTF8.GetBytes(content));
            Assert.That(post.Headers["Webhook-Signature"], Is.EqualTo($"v1,{Convert.ToBase64String(mac)}"));
            Assert.That(post.Headers["Content-Type"], Is.EqualTo("application/json"));
        }
    }
}
