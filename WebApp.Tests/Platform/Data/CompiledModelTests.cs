using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using WebApp.CompiledModel;
using WebApp.Platform.Data;

namespace WebApp.Tests.Platform.Data;

/// <summary>The generated model that the application starts with, held to the mappings it was generated from.</summary>
public sealed class CompiledModelTests
{
    [Test]
    public void The_generated_model_is_that_of_the_mappings()
    {
        using var context = new DesignTimeContexts().CreateDbContext([]);
        var mapped = context.GetService<IDesignTimeModel>().Model;
        Assert.That(Describe(mapped), Has.Length.GreaterThan(200));
        Assert.That(
            Describe(AppDbContextModel.Instance), Is.EqualTo(Describe(mapped)),
            "Generate it again: dotnet ef dbcontext optimize --project WebApp -o CompiledModel -n WebApp.CompiledModel");
    }

    [Test]
    public void The_application_uses_the_generated_model()
    {
        using var context = new DesignTimeContexts().CreateDbContext([]);
        Assert.That(context.Model, Is.SameAs(AppDbContextModel.Instance));
    }

    private static string[] Describe(IModel model) =>
    [
        .. model.GetEntityTypes().OrderBy(type => type.Name, StringComparer.Ordinal).SelectMany(type => new[] { $"{type.Name}: {type.GetTableName()} {type.GetDiscriminatorPropertyName()}" }
            .Concat(type.GetProperties().Select(property =>
                $"{type.Name}.{property.Name}: {property.ClrType} {property.GetColumnName()} {property.GetColumnType()} {property.IsNullable} {property.GetMaxLength()} {property.ValueGenerated} "
                + $"{property.GetBeforeSaveBehavior()} {property.GetAfterSaveBehavior()} {property.IsConcurrencyToken} {property.GetTypeMapping().Converter?.GetType()}"))
            .Concat(type.GetKeys().Select(key => $"{type.Name} key {Names(key.Properties)} {key.IsPrimaryKey()}"))
            .Concat(type.GetForeignKeys().Select(key => $"{type.Name} to {key.PrincipalEntityType.Name} {Names(key.Properties)} {key.IsRequired} {key.IsUnique} {key.DeleteBehavior}"))
            .Concat(type.GetIndexes().Select(index => $"{type.Name} index {Names(index.Properties)} {index.IsUnique}"))
            .Concat(type.GetNavigations().Select(navigation => $"{type.Name} navigation {navigation.Name} {navigation.IsCollection}"))
            .Order(StringComparer.Ordinal)),
    ];

    private static string Names(IEnumerable<IReadOnlyProperty> properties) => string.Join(',', properties.Select(property => property.Name));
}
