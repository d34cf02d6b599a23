using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using WebApp.Features.Tokens;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Applications;

/// <summary>
/// The key pairs that sign what applications get: ES256, and RS256 for the identity tokens of applications that know nothing else. They are stored, rotated and announced by the rules of the symmetric keys
/// (<see cref="SigningKeySchedule"/>): a key is in the JWKS before it signs, and until the last token that it signed has expired.
/// </summary>
public sealed class ApplicationKeys(
    IDbContextFactory<AppDbContext> contexts, IDataProtectionProvider protection, SigningKeySchedule schedule, TimeProvider clock) : IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    /// <summary>PostgreSQL advisory lock; any number that nothing else here uses.</summary>
    private const long Lock = 0x6170706C_6B657973;

    private const int RsaBits = 2048;

    private readonly IDataProtector protector = protection.CreateProtector("Applications.Keys");
    private readonly SemaphoreSlim turn = new(1);
    private ApplicationKey[] keys = [];
    private CancellationTokenSource changed = new();

    /// <summary>The options of the provider that are built from the keys.</summary>
    string? IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    /// <summary>The keys that may be used to verify, the one that signs first.</summary>
    public IReadOnlyList<ApplicationKey> Current
    {
        get
        {
            var (now, known) = (clock.GetUtcNow(), Volatile.Read(ref keys));
            var signing = known.LastOrDefault(key => key.ActivatesAt <= now) ?? known.FirstOrDefault();
            return [.. known.OrderByDescending(key => key == signing)];
        }
    }

    /// <summary>The credentials that sign now by an algorithm: ES256, or RS256 if that is asked for. Throws before the keys are loaded.</summary>
    public SigningCredentials Signing(string? algorithm = null) => Current is [var first, ..]
        ? algorithm == SecurityAlgorithms.RsaSha256 ? first.Rsa : first.Credentials
        : throw new InvalidOperationException("The keys of the provider are not loaded yet.");

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref changed).Token);

    /// <summary>Applies the schedule, which usually changes nothing, and loads the keys. With <paramref name="rotate"/>, it announces the next key now.</summary>
    public async Task MaintainAsync(CancellationToken cancel, bool rotate = false)
    {
        await turn.WaitAsync(cancel);
        try
        {
            Replace(await ApplyAsync(rotate, cancel));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        turn.Dispose();
        changed.Dispose();
    }

    // One node at a time, so that nodes that start together create one key in total.
    private async Task<ApplicationKey[]> ApplyAsync(bool rotate, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancel);
        var rows = await db.ApplicationKeys.ToListAsync(cancel);
        var plan = schedule.Plan(
            [.. rows.Select(row => new SigningKeyRow { Id = row.Id, Secret = [], CreatedAt = row.CreatedAt, ActivatesAt = row.ActivatesAt, RetiresAt = row.RetiresAt })], now, rotate);
        if (plan.Announce is { } activates)
        {
            ApplicationKeyRow created = new() { Id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)), Secret = NewPair(), CreatedAt = now, ActivatesAt = activates };
            db.ApplicationKeys.Add(created);
            rows.Add(created);
        }

        foreach (var row in rows)
        {
            row.RsaSecret ??= NewRsaPair(); // Keys of a release that had no second pair get one.
        }

        foreach (var (id, retires) in plan.Retire)
        {
            rows.Single(row => row.Id == id).RetiresAt = retires;
        }

        db.ApplicationKeys.RemoveRange(rows.Where(row => plan.Forget.Contains(row.Id)));

        // Before the commit: if the keys cannot be decrypted here, everything stops and nothing is changed.
        ApplicationKey[] opened = [.. rows.Where(row => row.RetiresAt is null || row.RetiresAt > now).OrderBy(row => row.ActivatesAt).ThenBy(row => row.Id, StringComparer.Ordinal).Select(Open)];
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return opened;
    }

    private void Replace(ApplicationKey[] loaded)
    {
        var same = loaded.Select(key => key.Id).SequenceEqual(keys.Select(key => key.Id));
        if (same)
        {
            return;
        }

        Volatile.Write(ref keys, loaded);
        using var old = Interlocked.Exchange(ref changed, new());
        old.Cancel();
    }

    private byte[] NewPair()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return protector.Protect(pair.ExportPkcs8PrivateKey());
    }

    private byte[] NewRsaPair()
    {
        using var pair = RSA.Create(RsaBits);
        return protector.Protect(pair.ExportPkcs8PrivateKey());
    }

    private ApplicationKey Open(ApplicationKeyRow row)
    {
        try
        {
            var pair = ECDsa.Create();
            pair.ImportPkcs8PrivateKey(protector.Unprotect(row.Secret), out _);
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(protector.Unprotect(row.RsaSecret!), out _);
            return new(
                row.Id, row.ActivatesAt, new(new ECDsaSecurityKey(pair) { KeyId = row.Id }, SecurityAlgorithms.EcdsaSha256),
                new(new RsaSecurityKey(rsa) { KeyId = $"{row.Id}.rsa" }, SecurityAlgorithms.RsaSha256));
        }
        catch (CryptographicException failure)
        {
            throw new InvalidOperationException($"The application key {row.Id} cannot be decrypted: MASTER_KEY is not the one it was stored under.", failure);
        }
    }
}

/// <summary>A key pair in use.</summary>
/// <param name="Id">The <c>kid</c>.</param>
/// <param name="ActivatesAt">When it starts to sign (UTC).</param>
/// <param name="Credentials">The private key for ES256.</param>
/// <param name="Rsa">The private key for RS256, whose <c>kid</c> ends in <c>.rsa</c>.</param>
public sealed record ApplicationKey(string Id, DateTimeOffset ActivatesAt, SigningCredentials Credentials, SigningCredentials Rsa)
{
    /// <summary>Hides the key.</summary>
    public override string ToString() => $"application key {Id}";
}

/// <summary>A key pair as stored: PKCS #8, encrypted with the key ring.</summary>
public sealed class ApplicationKeyRow
{
    /// <summary>The <c>kid</c>: 16 characters base64url.</summary>
    public required string Id { get; init; }

    /// <summary>The private key for ES256, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The private key for RS256, encrypted alike; null in a row of a release that had none.</summary>
    public byte[]? RsaSecret { get; set; }

    /// <summary>When it was created and announced (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it starts to sign (UTC).</summary>
    public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>When it leaves the JWKS (UTC); null while no successor is decided.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}

internal sealed class ApplicationKeyModel : IEntityTypeConfiguration<ApplicationKeyRow>
{
    public void Configure(EntityTypeBuilder<ApplicationKeyRow> key) => key.ToTable("application_keys");
}

/// <summary>Gives the provider its keys: all pairs for verifying, and a symmetric key derived from the master key for what only it reads.</summary>
internal sealed class ApplicationKeyOptions(ApplicationKeys keys, MasterKey master) : IConfigureOptions<OpenIddictServerOptions>
{
    public void Configure(OpenIddictServerOptions options)
    {
        options.SigningCredentials.AddRange(keys.Current.SelectMany(key => new[] { key.Credentials, key.Rsa }));
        options.EncryptionCredentials.Add(new(
            new SymmetricSecurityKey(master.Derive("Applications.Encryption")) { KeyId = "master" }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
    }
}

/// <summary>Loads the keys before the first request, every hour, and when another node has changed them.</summary>
internal sealed class ApplicationKeyMaintenance(ApplicationKeys keys, ChangeFeed feed, TimeProvider clock, ILogger<ApplicationKeyMaintenance> log) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keys.MaintainAsync(cancellationToken);
        feed.On(Topics.SigningKeysChanged, _ => ReloadSoon());
        feed.OnReset(cancel => keys.MaintainAsync(cancel));
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SigningKeySchedule.MaintenanceInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(stoppingToken);
        }
    }

    private async void ReloadSoon() => await TryAsync(CancellationToken.None);

    private async Task TryAsync(CancellationToken cancel)
    {
        try
        {
            await keys.MaintainAsync(cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The notice is a day: there are many more hours in which to do it.
            log.KeyMaintenanceFailed(failure);
        }
    }
}
