using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Tokens;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Startup;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Tokens;

/// <summary>Managed keys on PostgreSQL. Every test has a database of its own.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ManagedSigningKeysTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Nodes_starting_at_once_end_with_the_same_single_key()
    {
        await using var database = await Database.NewAsync();
        var nodes = Enumerable.Range(0, 8).Select(_ => database.Node(new(Start))).ToArray();
        await Task.WhenAll(nodes.Select(node => node.Keys.MaintainAsync(default)));

        Assert.That(await database.IdsAsync(), Has.Length.EqualTo(1));
        Assert.That(nodes.Select(node => node.Ring.Current.Keys.Single().Id).Distinct(), Is.EqualTo(await database.IdsAsync()));
        Assert.That(nodes.Select(node => node.Codec.WriteRefresh(Claims(Start))).Distinct().Count(), Is.EqualTo(1));
        Assert.That(nodes[3].Codec.ReadRefresh(nodes[5].Codec.WriteRefresh(Claims(Start))), Is.InstanceOf<RefreshTokenReading.Read>());
    }

    [Test]
    public async Task Keys_are_there_as_soon_as_the_application_has_started()
    {
        await using var database = await Database.NewAsync();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(database.Source);
        builder.Services.AddSingleton(new DirectDatabase(database.Source));
        builder.Services.AddSingleton(new DatabaseSettings("", "", IsPooled: false));
        builder.Services.AddSingleton<LogIntervals>();
        builder.Services.AddLogging().AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.Configure<AppOptions>(app => app.BaseUrl = new("https://app.example"));
        builder.Services.AddSingleton<ChangeFeed>();
        builder.AddTokens();
        await using var services = builder.Services.BuildServiceProvider(validateScopes: true);
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(default);
            await service.StopAsync(default);
        }

        var codec = services.GetRequiredService<TokenCodec>();
        Assert.That(codec.ReadRefresh(codec.WriteRefresh(Claims(DateTimeOffset.UtcNow))), Is.InstanceOf<RefreshTokenReading.Read>());
    }

    [Test]
    public async Task Rotation_asked_for_on_many_nodes_at_once_makes_one_key()
    {
        await using var database = await Database.NewAsync();
        var nodes = Enumerable.Range(0, 6).Select(_ => database.Node(new(Start))).ToArray();
        await nodes[0].Keys.MaintainAsync(default);
        await Task.WhenAll(nodes.Select(node => node.Keys.RotateAsync(default)));
        Assert.That(await database.IdsAsync(), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_rotation_signs_nobody_out_and_the_old_key_goes_when_its_tokens_have()
    {
        await using var database = await Database.NewAsync();
        var clock = new TokenClock(Start);
        var node = database.Node(clock);
        await node.Keys.MaintainAsync(default);
        var first = (await database.IdsAsync()).Single();

        clock.Now = Start.AddDays(29).AddMinutes(-1);
        await node.Keys.MaintainAsync(default);
        Assert.That(node.Ring.Current.Keys, Has.Count.EqualTo(2), "announced");
        Assert.That(node.Ring.Current.KeyAt(clock.Now).Id, Is.EqualTo(first), "not signing yet");

        clock.Now = Start.AddDays(30).AddSeconds(-1);
        var last = node.Codec.WriteRefresh(Claims(clock.Now));
        clock.Now = Start.AddDays(30);
        Assert.That(node.Ring.Current.KeyAt(clock.Now).Id, Is.Not.EqualTo(first));

        clock.Now = Start.AddDays(37).AddSeconds(-2);
        await node.Keys.MaintainAsync(default);
        Assert.That(node.Codec.ReadRefresh(last), Is.EqualTo(new RefreshTokenReading.Read(Claims(Start.AddDays(30).AddSeconds(-1)), Expired: false)));

        clock.Now = Start.AddDays(38);
        Assert.That(node.Codec.ReadRefresh(last), Is.EqualTo(new RefreshTokenReading.Invalid(false)));
        await node.Keys.MaintainAsync(default);
        Assert.That(node.Ring.Current.Find(first), Is.Null);
    }

    [Test]
    public async Task An_unknown_key_is_looked_for_once_in_a_while()
    {
        await using var database = await Database.NewAsync();
        var clock = new TokenClock(Start);
        var (node, other) = (database.Node(clock), database.Node(clock));
        await node.Keys.MaintainAsync(default);
        await other.Keys.MaintainAsync(default);
        await other.Keys.RotateAsync(default);

        clock.Now = Start.AddMinutes(6);
        var token = other.Codec.WriteRefresh(Claims(clock.Now));
        Assert.That(node.Codec.ReadRefresh(token), Is.EqualTo(new RefreshTokenReading.Invalid(UnknownKey: true)));
        await node.Keys.LookForUnknownKeyAsync(default);
        Assert.That(node.Codec.ReadRefresh(token), Is.InstanceOf<RefreshTokenReading.Read>());

        var known = node.Ring.Current;
        await node.Keys.LookForUnknownKeyAsync(default);
        Assert.That(node.Ring.Current, Is.SameAs(known), "within five seconds");
        clock.Now = clock.Now.AddSeconds(5);
        await node.Keys.LookForUnknownKeyAsync(default);
        Assert.That(node.Ring.Current, Is.Not.SameAs(known), "later");
    }

    [Test]
    public async Task Secrets_are_stored_encrypted_and_another_master_key_is_reported()
    {
        await using var database = await Database.NewAsync();
        var node = database.Node(new(Start));
        await node.Keys.MaintainAsync(default);
        Assert.That(await database.LongestSecretAsync(), Is.GreaterThan(32));

        var stranger = database.Node(new(Start), new EphemeralDataProtectionProvider());
        Assert.That(() => stranger.Keys.MaintainAsync(default), Throws.InvalidOperationException.With.Message.Contains("MASTER_KEY"));
        Assert.That(() => stranger.Ring.Current, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Configured_keys_leave_the_database_alone()
    {
        await using var database = await Database.NewAsync();
        TokenOptions options = new() { Issuer = TokenBench.Issuer };
        options.SigningKeys.Add(new() { Id = "first", Secret = new('a', 32) });
        options.SigningKeys.Add(new() { Id = "second", Secret = new('b', 32) });
        var node = database.Node(new(Start), options: options);
        await node.Keys.MaintainAsync(default);

        Assert.That(node.Ring.Current.KeyAt(Start).Id, Is.EqualTo("first"));
        Assert.That(node.Ring.Current.Find("second"), Is.Not.Null);
        Assert.That(await node.Keys.RotateAsync(default), Is.False);
        Assert.That(await database.IdsAsync(), Is.Empty);
    }

    private static RefreshTokenClaims Claims(DateTimeOffset at) =>
        new(Guid.Parse("0195f3a0-1111-7000-8000-000000000001"), Guid.Parse("0195f3a0-2222-7000-8000-000000000002"), 1, at, at.AddDays(7));

    private sealed record Node(SigningKeyRing Ring, SigningKeys Keys, TokenCodec Codec);

    private sealed class Database(NpgsqlDataSource source) : IAsyncDisposable
    {
        private readonly EphemeralDataProtectionProvider protection = new();

        public NpgsqlDataSource Source => source;

        public static async Task<Database> NewAsync() => new(NpgsqlDataSource.Create(await TestServer.NewDatabaseAsync()));

        public Node Node(TokenClock clock, IDataProtectionProvider? protection = null, TokenOptions? options = null)
        {
            var chosen = Options.Create(options ?? new() { Issuer = TokenBench.Issuer });
            var ring = new SigningKeyRing();
            var store = new SigningKeyStore(new(source), protection ?? this.protection, new(chosen));
            return new(ring, new(ring, store, chosen, clock, NullLogger<SigningKeys>.Instance), new(ring, chosen, clock));
        }

        public async Task<string[]> IdsAsync()
        {
            await using var command = Command("SELECT array_agg(id) FROM signing_keys");
            return await command.ExecuteScalarAsync() as string[] ?? [];
        }

        public async Task<int> LongestSecretAsync()
        {
            await using var command = Command("SELECT max(length(secret)) FROM signing_keys");
            return (int)(await command.ExecuteScalarAsync())!;
        }

        public ValueTask DisposeAsync() => source.DisposeAsync();

        private NpgsqlCommand Command(string sql) => source.CreateCommand(sql);
    }
}
