import type { UseQueryResult } from "@tanstack/react-query";
import { errorMessage } from "@/api/problems";
import type { TrainingOptions, TrainOptions } from "@/api/types";
import { Choice } from "@/components/ui/choice";
import { RECIPE_NAMES, RECIPES, suggestion } from "../training-choices";

type Recipe = TrainOptions["recipe"];

interface RecipeChoiceProps {
  value: Recipe;
  options: UseQueryResult<TrainingOptions>;
  onChange: (recipe: Recipe) => void;
}

/** The recipes in plain words; those that cannot be used here say why. */
export function RecipeChoice({ value, options, onChange }: RecipeChoiceProps) {
  const { data, error } = options;
  const recommended = data?.recommended;
  return (
    <div className="grid gap-2">
      <Choice
        label="How"
        value={value}
        onChange={onChange}
        listClassName="sm:grid-cols-2"
        options={RECIPE_NAMES.map((name) => {
          const known = data?.recipes.find((recipe) => recipe.name === name);
          const missing = known?.available === false;
          return { value: name, ...RECIPES[name], disabled: missing, ...(missing && { hint: known.why }) };
        })}
      />
      <p className="min-h-4 text-xs text-muted-foreground">
        {error
          ? `What suits these pictures could not be found out: ${errorMessage(error)}`
          : recommended && suggestion(recommended.recipe, recommended.why)}
      </p>
    </div>
  );
}
