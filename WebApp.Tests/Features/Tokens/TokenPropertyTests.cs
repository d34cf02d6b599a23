using FsCheck.Fluent;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Tokens;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Tokens;

/// <summary>What holds of every token, key and code, and of everything that is none.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenPropertyTests
{
    private static readonly TokenBench Bench = new();

    [Test]
    public void What_is_written_is_read_again() => Holds.ForAll(
        from ids in Gen.Choose(0, int.MaxValue).Three()
        from names in Holds.AnyText.Where(IsText).ArrayOf()
        from scope in Gen.Elements("", "profile.read", "profile.read sessions.read")
        from version in Gen.Choose(0, int.MaxValue)
        from session in Gen.Elements(true, false)
        select Bench.Access with
        {
            // The master password's tokens alone have no session.
            Subject = session ? Id(ids.Item1) : MasterAdministrator.Id,
            SessionId = session ? Id(ids.Item2) : null,
            TokenId = Id(ids.Item3),
            Roles = names,
            Scope = scope,
            Version = version,
        },
        claims => Bench.Codec.ReadAccess(Bench.Codec.WriteAccess(claims)) is AccessTokenReading.Read(var read, _)
            && read.Subject == claims.Subject && read.SessionId == claims.SessionId && read.TokenId == claims.TokenId && read.Scope == claims.Scope
            && read.Version == claims.Version && read.Roles.SequenceEqual(claims.Roles) && read.ExpiresAt == claims.ExpiresAt,
        times: 5_000);

    [Test]
    public void A_token_with_any_one_character_changed_is_refused()
    {
        var good = Bench.Codec.WriteAccess(Bench.Access);
        Holds.ForAll(
            from at in Gen.Choose(0, good.Length - 1)
            from to in Gen.Choose(0, 300)
            where (char)to != good[at]
            select $"{good[..at]}{(char)to}{good[(at + 1)..]}",
            token => Bench.Codec.ReadAccess(token) is not AccessTokenReading.Read,
            times: 20_000);
    }

    [Test]
    public void A_token_cut_short_or_made_longer_is_refused()
    {
        var good = Bench.Codec.WriteRefresh(Bench.Refresh);
        Holds.ForAll(
            from at in Gen.Choose(0, good.Length - 1)
            from more in Holds.AnyText
            from cut in Gen.Elements(true, false)
            select cut ? good[..at] + more : good + more,
            token => token == good || Bench.Codec.ReadRefresh(token) is not RefreshTokenReading.Read,
            times: 20_000);
    }

    [Test]
    public void No_text_is_a_token_or_an_error() => Holds.ForAll(
        Holds.AnyText,
        text => Bench.Codec.ReadAccess(text) is not AccessTokenReading.Read && Bench.Codec.ReadRefresh(text) is not RefreshTokenReading.Read && !ApiTokenText.IsWellFormed(text),
        times: 20_000);

    [Test]
    public void An_API_token_with_any_one_character_changed_is_none()
    {
        var good = ApiTokenText.New();
        Holds.ForAll(
            from at in Gen.Choose(0, good.Length - 1)
            from to in Gen.Choose(0, char.MaxValue)
            where (char)to != good[at]
            select $"{good[..at]}{(char)to}{good[(at + 1)..]}",
            text => !ApiTokenText.IsWellFormed(text),
            times: 20_000);
    }

    [Test]
    public void A_key_is_read_from_its_own_text_and_from_no_other()
    {
        var key = RowKey.New(Guid.CreateVersion7());
        Assert.That(RowKey.TryParse(key.Reveal())!.Value.Reveal(), Is.EqualTo(key.Reveal()));
        Holds.ForAll(
            from at in Gen.Choose(0, 63)
            from some in Holds.AnyText
            select key.Reveal()[..at] + some + key.Reveal()[Math.Min(64, at + some.Length)..],
            text => RowKey.TryParse(text) is not { } read || read.Reveal() == text,
            times: 20_000);
    }

    [Test]
    public void A_passkeys_id_in_an_address_is_bytes_or_none() => Holds.ForAll(Holds.AnyText, text => PasskeyView.ParseId(text) is null or { Length: <= 1023 }, times: 20_000);

    [Test]
    public void A_recovery_code_is_read_however_it_is_typed()
    {
        Holds.ForAll(
            from blanks in Gen.Elements(" ", "-", "", "\t", "\u2011").ArrayOf(11)
            from upper in Gen.Elements(true, false)
            let code = RecoveryCodeText.New()
            let typed = string.Concat(code.Zip(blanks, (letter, blank) => letter + blank))
            select (Code: code.Replace("-", "", StringComparison.Ordinal), Typed: upper ? typed.ToUpperInvariant() : typed),
            pair => RecoveryCodeText.Normalize(pair.Typed) == pair.Code);
        Holds.ForAll(Holds.AnyText, text => RecoveryCodeText.Normalize(text) is null or { Length: 10 }, times: 20_000);
    }

    private static Guid Id(int n) => new(n, 1, 0x7000, 0x80, 2, 3, 4, 5, 6, 7, 8);

    // Half a surrogate pair is no text: no encoding can write it.
    private static bool IsText(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
