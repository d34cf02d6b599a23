using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using OpenIddict.Server;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;

namespace WebApp.Features.Applications;

/// <summary>
/// The key pairs that sign what applications get: ES256, and RS256 once there is an application whose identity tokens need it. They are stored, rotated and announced by the rules of the symmetric keys
/// (<see cref="SigningKeySchedule"/>): a key is in the JWKS before it signs, a day but for the first pair for RS256, and until the last token that it signed has expired.
/// </summary>
public sealed class ApplicationKeys(
    DirectDatabase database, IDataProtectionProvider protection, SigningKeySchedule schedule, TimeProvider clock) : IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private const int RsaBits = 2048;
    private const string RsaSql = $"SELECT id, rsa_secret, EXISTS (SELECT 1 FROM applications WHERE id_token_algorithm = '{SecurityAlgorithms.RsaSha256}') FROM application_keys";

    private readonly KeyTable table = new(database, "application_keys", 0x6170706C_6B657973, schedule);
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

    /// <summary>The credentials that sign now by an algorithm: ES256, or RS256 if an application asks for that. Throws before the keys are loaded.</summary>
    public async ValueTask<SigningCredentials> SigningAsync(string? algorithm, CancellationToken cancel)
    {
        if (algorithm != SecurityAlgorithms.RsaSha256)
        {
            return First.Credentials;
        }

        if (First.Rsa is null)
        {
            await MaintainAsync(cancel); // Another node has just saved the first application that needs it.
        }

        return First.Rsa ?? throw new InvalidOperationException("No application has RS256.");
    }

    private ApplicationKey First => Current is [var first, ..] ? first : throw new InvalidOperationException("The keys of the provider are not loaded yet.");

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

    private Task<ApplicationKey[]> ApplyAsync(bool rotate, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return table.ApplyAsync(
            now, rotate, NewPair,
            async (connection, rows) =>
            {
                var rsa = await RsaAsync(connection, cancel);
                return rows.Where(row => row.RetiresAt is null || row.RetiresAt > now).OrderBy(row => row.ActivatesAt).ThenBy(row => row.Id, StringComparer.Ordinal)
                    .Select(row => Open(row, rsa.GetValueOrDefault(row.Id))).ToArray();
            },
            cancel);
    }

    // By key. Made here if an application needs them and they are missing.
    private async Task<Dictionary<string, byte[]>> RsaAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        Dictionary<string, byte[]> secrets = [];
        List<string> missing = [];
        await using (var command = new NpgsqlCommand(RsaSql, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (!await reader.IsDBNullAsync(1, cancel))
                {
                    secrets.Add(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
                }
                else if (reader.GetBoolean(2))
                {
                    missing.Add(reader.GetString(0));
                }
            }
        }

        foreach (var id in missing)
        {
            secrets.Add(id, NewRsaPair());
            await KeyTable.ExecuteAsync(connection, "UPDATE application_keys SET rsa_secret = $2 WHERE id = $1", cancel, id, secrets[id]);
        }

        return secrets;
    }

    private void Replace(ApplicationKey[] loaded)
    {
        var same = loaded.Select(Identity).SequenceEqual(keys.Select(Identity));
        if (same)
        {
            return;
        }

        Volatile.Write(ref keys, loaded);
        using var old = Interlocked.Exchange(ref changed, new());
        old.Cancel();
    }

    private static (string, bool) Identity(ApplicationKey key) => (key.Id, key.Rsa is null);

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

    private ApplicationKey Open(SigningKeyRow row, byte[]? rsa)
    {
        try
        {
            var pair = ECDsa.Create();
            pair.ImportPkcs8PrivateKey(protector.Unprotect(row.Secret), out _);
            return new(row.Id, row.ActivatesAt, new(new ECDsaSecurityKey(pair) { KeyId = row.Id }, SecurityAlgorithms.EcdsaSha256), OpenRsa(row.Id, rsa));
        }
        catch (CryptographicException failure)
        {
            throw new InvalidOperationException($"The application key {row.Id} cannot be decrypted: MASTER_KEY is not the one it was stored under.", failure);
        }
    }

    private SigningCredentials? OpenRsa(string id, byte[]? secret)
    {
        if (secret is null)
        {
            return null;
        }

        var pair = RSA.Create();
        pair.ImportPkcs8PrivateKey(protector.Unprotect(secret), out _);
        return new(new RsaSecurityKey(pair) { KeyId = $"{id}.rsa" }, SecurityAlgorithms.RsaSha256);
    }
}

/// <summary>A key in use.</summary>
/// <param name="Id">The <c>kid</c>.</param>
/// <param name="ActivatesAt">When it starts to sign (UTC).</param>
/// <param name="Credentials">The private key for ES256.</param>
/// <param name="Rsa">The private key for RS256, whose <c>kid</c> ends in <c>.rsa</c>; null while no application needs one.</param>
public sealed record ApplicationKey(string Id, DateTimeOffset ActivatesAt, SigningCredentials Credentials, SigningCredentials? Rsa)
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

    /// <summary>The private key for RS256, encrypted alike; null while no application needs one.</summary>
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
