using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Platform.Startup;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>The codes that give access to <c>/setup</c>, whichever node printed them.</summary>
public sealed class SetupCodes(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How long a printed code is valid; a restart prints another.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Creates a code and stores its hash.</summary>
    public async Task<string> AddAsync(CancellationToken cancel)
    {
        var code = SetupCode.New();
        await using var command = database.CreateCommand("INSERT INTO setup_codes (code_hash, created_at) VALUES ($1, $2)");
        command.Parameters.Add(new() { Value = SetupCode.HashOf(code) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancel);
        return code;
    }

    /// <summary>Whether a code was printed and is still valid.</summary>
    public async Task<bool> KnowsAsync(string code, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("SELECT EXISTS (SELECT 1 FROM setup_codes WHERE code_hash = $1 AND created_at > $2)");
        command.Parameters.Add(new() { Value = SetupCode.HashOf(code) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - Lifetime });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}

/// <summary>The code that a starting node prints for creating the first administrator. Only its hash is stored.</summary>
public sealed class SetupCode
{
    /// <summary>Crockford's base32: no character looks like another.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>100 bits cannot be guessed, so a plain hash is sufficient.</summary>
    private const int Length = 20;

    private const int GroupLength = 5;

    /// <summary>SHA-256 of the code, see <see cref="HashOf"/>.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>When it was printed (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A new code: four groups of five.</summary>
    public static string New() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(GroupLength).Select(group => new string(group)));

    /// <summary>The hash of a typed code: lower case, spaces and letters that look like digits are accepted.</summary>
    public static byte[] HashOf(string typed)
    {
        var code = string.Concat(typed.Where(char.IsAsciiLetterOrDigit).Take(Length + 1)).ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1');
        return SHA256.HashData(Encoding.ASCII.GetBytes(code));
    }
}

internal sealed class SetupCodeModel : IEntityTypeConfiguration<SetupCode>
{
    public void Configure(EntityTypeBuilder<SetupCode> code)
    {
        code.ToTable("setup_codes");
        code.HasKey(c => c.CodeHash);
    }
}

/// <summary>Prints, at the start of a node, how to become administrator while there is none.</summary>
internal sealed class SetupAnnouncement(
    SetupState state, SetupCodes codes, IOptions<AppOptions> app, IHostApplicationLifetime lifetime, ILogger<SetupAnnouncement> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await state.IsOpenAsync(cancellationToken))
        {
            var code = await codes.AddAsync(cancellationToken);
            // Last, below all other log lines of a start.
            lifetime.ApplicationStarted.Register(() => logger.SetupOpen(app.Value.Link("/setup"), code));
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
