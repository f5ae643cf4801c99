namespace Sluice.Configuration;

/// <summary>Implemented by options records with rules that concern several keys, or that a type and a range cannot say.</summary>
public interface IValidatableOptions
{
    /// <summary>Reports what is wrong. Called after binding, and only if every key of this record was right by itself.</summary>
    void Validate(OptionsValidation context);
}
